/** Walks over `size` rows out of order, each once before the first again; `size` must not be a multiple of 1009. */
export function scattered(step: number, size: number): number {
  return (step * 1009) % size;
}
