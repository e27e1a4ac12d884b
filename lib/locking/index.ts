export { isLocked, lockOption, noteLocked } from './row-locks.js';
