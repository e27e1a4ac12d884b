/** An author as every contestant has to return it. */
export interface AuthorRow {
  id: string;
  name: string;
  email: string;
  createdAt: Date;
  updatedAt: Date;
}
