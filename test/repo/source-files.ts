/** Source text by path, relative to the repository with forward slashes. */
export type SourceFiles = ReadonlyMap<string, string>;
