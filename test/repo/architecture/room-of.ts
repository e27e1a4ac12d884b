/** The folder of `lib/` that a file is in; undefined for the files directly in `lib/`. */
export function roomOf(path: string): string | undefined {
  const [, room, file] = path.split('/');
  return file === undefined ? undefined : room;
}
