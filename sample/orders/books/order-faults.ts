import { OrderStatus } from '../orders/order-status.js';
import type { Order } from '../orders/order.js';
import { PaymentStatus } from '../payments/payment-status.js';
import type { Payment } from '../payments/payment.js';

/** What is wrong with an order, or undefined. */
export function faultOf({ status, total, lines }: Order, payment: Payment | undefined): string | undefined {
  const sum = lines.reduce((amount, { price, quantity }) => amount + price * quantity, 0);
  if (sum !== total) return `its lines cost ${sum}, its total is ${total}`;
  if (payment && payment.amount !== total) return `it costs ${total}, but ${payment.amount} was paid`;
  const isKept = payment?.status === PaymentStatus.Charged;
  const mustBeKept = status === OrderStatus.Paid || status === OrderStatus.Shipped;
  if (isKept !== mustBeKept) return `it is ${status}, its payment ${payment?.status ?? 'missing'}`;
  return undefined;
}
