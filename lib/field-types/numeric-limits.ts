/** Largest value of a 32-bit integer column. */
export const INT32_MAX = 2_147_483_647;
/** Largest value of a 64-bit integer column. */
export const INT64_MAX = 9_223_372_036_854_775_807n;
/** Largest integer that a JavaScript number holds exactly: 2^53 − 1. */
export const JS_MAX_SAFE_INTEGER = Number.MAX_SAFE_INTEGER;
