/** What a caller knows of an article before it is stored: all columns but the generated ones. */
export interface NewArticle {
  title: string;
  slug: string;
  body: string;
  isPublished: boolean;
  viewCount: number;
  rating: number;
  language: string;
  authorId: string;
}
