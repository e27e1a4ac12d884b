export enum PaymentStatus {
  Charged = 'charged',
  Refunded = 'refunded',
}
