/**
 * What a client is going to do. Products and customers are named by their position; orders, which are not there yet, by a
 * fraction: 0.5 is the one in the middle of those that exist by then.
 */
export type Action =
  | { readonly kind: 'deposit'; readonly customer: number; readonly amount: number }
  | {
      readonly kind: 'order';
      readonly customer: number;
      readonly lines: readonly { readonly product: number; readonly quantity: number }[];
      readonly payNow: boolean;
    }
  | { readonly kind: 'pay' | 'cancel'; readonly order: number }
  | { readonly kind: 'restock'; readonly product: number; readonly quantity: number }
  | { readonly kind: 'edit'; readonly product: number; readonly price: number }
  | { readonly kind: 'import'; readonly products: readonly number[]; readonly price: number }
  | { readonly kind: 'ship' };
