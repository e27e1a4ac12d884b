/** Lets time pass: faults last for a while, and a tombstone has a life to wait for. Nothing is synchronised by it. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
