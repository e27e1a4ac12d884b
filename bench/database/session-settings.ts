// What every connection of every contestant sets: waiting for the disk is the same for all and would hide what differs.

/** As a start-up option of the connection. */
export const POSTGRES_OPTIONS = '-c synchronous_commit=off';

/** Right after opening the file. The write-ahead log is also what lets one process read while another writes. */
export const SQLITE_PRAGMAS = ['journal_mode = WAL', 'synchronous = NORMAL', 'foreign_keys = ON'] as const;
