// `npm run bench:types [-- arguments]`: compiles with and without the types of results (bench/types/main.ts, compiled).
await import(new URL('../../.tmp/bench/bench/types/main.js', import.meta.url).href);
