import { createHash } from 'node:crypto';

/** A step of the cache as one atomic script on one key. */
export interface RedisScript {
  readonly lua: string;
  /** SHA-1 of the text: its name on the server. */
  readonly sha: string;
}

/*
 * What a key holds is one string:
 *   V<stamp>\n<JSON>                              a value
 *   L<token>                                      a lease
 *   T<0|1>,<writer>:<end>,<writer>:<end>,…        a tombstone: contended or not, and until when each mark lasts
 * Anything else, a key of another type of Redis included, is garbage, and every script may replace it. The ends are times
 * of the server in milliseconds: a writer that has died is taken off at its end, even if others go on marking the key.
 */

/** `held`: what the key holds, '' for a key of another type, false for none. */
const HELD = `
local held = redis.pcall('GET', KEYS[1])
if type(held) == 'table' then held = '' end
local kind = held and string.sub(held, 1, 1)
`;

/** `stamp`: that of a value; nil for anything else. */
const STAMP = `
local stamp
if kind == 'V' then
  local line_end = string.find(held, '\\n', 2, true)
  if line_end then stamp = string.sub(held, 2, line_end - 1) end
end
`;

/** Whether the key holds a lease or a tombstone. One without an end is not ours: it would shut the cache out for ever. */
const IS_TAKEN = `
local is_taken = (kind == 'L' or (kind == 'T' and string.find(held, '^T[01],'))) and redis.call('PTTL', KEYS[1]) > 0
`;

/** `others`, `count`: the other writers on a tombstone whose marks last, with their last end; and what is known of them. */
const WRITERS = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local is_tombstone = kind == 'T' and string.find(held, '^T[01],')
local is_contended = is_tombstone and string.sub(held, 2, 2) == '1'
local others, last_end, own_end, has_others = '', 0, nil, false
if is_tombstone then
  for writer, text in string.gmatch(held, ',([^,:]*):(%d+)') do
    local mark_end = tonumber(text)
    if writer == ARGV[1] then
      own_end = mark_end
    else
      has_others = true
      if mark_end > now then
        others = others .. ',' .. writer .. ':' .. text
        last_end = math.max(last_end, mark_end)
      end
    end
  end
end
`;

/** ARGV: token, TTL, unusable stamp, a text that cannot be read. Returns what the key holds instead, else nil. */
export const LEASE = script(`${HELD}${STAMP}${IS_TAKEN}
if held == 'L' .. ARGV[1] then return false end
if is_taken or (stamp and stamp ~= ARGV[3] and held ~= ARGV[4]) then return held end
redis.call('SET', KEYS[1], 'L' .. ARGV[1], 'PX', ARGV[2])
return false
`);

/** ARGV: token, value, TTL. Returns 1 where the value was put. */
export const FILL = script(`
if redis.pcall('GET', KEYS[1]) ~= 'L' .. ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1
`);

/** ARGV: token. */
export const GIVE_UP = script(`
if redis.pcall('GET', KEYS[1]) ~= 'L' .. ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
`);

/** ARGV: value, TTL, generation, a text that cannot be read. Returns what the key holds instead, else nil. */
export const CREATE = script(`${HELD}${STAMP}${IS_TAKEN}
local is_current = stamp and string.sub(stamp, 1, #ARGV[3]) == ARGV[3] and held ~= ARGV[4]
if is_taken or is_current then return held end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return false
`);

/** ARGV: writer, TTL. */
export const MARK = script(`${HELD}${WRITERS}
own_end = math.max(own_end or 0, now + ARGV[2])
last_end = math.max(last_end, own_end)
local flag = (is_contended or has_others) and '1' or '0'
local text = string.format('T%s%s,%s:%.0f', flag, others, ARGV[1], own_end)
redis.call('SET', KEYS[1], text, 'PX', string.format('%.0f', last_end - now))
return 1
`);

/** ARGV: writer, value or '', TTL of the value. */
export const UNMARK = script(`${HELD}${WRITERS}
if not held then return 0 end
local is_own = own_end and not is_contended
if others ~= '' then
  local flag = is_own and '0' or '1'
  redis.call('SET', KEYS[1], 'T' .. flag .. others, 'PX', string.format('%.0f', last_end - now))
elseif is_own and ARGV[2] ~= '' then
  redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
else
  redis.call('DEL', KEYS[1])
end
return 1
`);

function script(lua: string): RedisScript {
  return { lua, sha: createHash('sha1').update(lua).digest('hex') };
}
