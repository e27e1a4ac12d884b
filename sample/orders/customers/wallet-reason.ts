export enum WalletReason {
  Opening = 'opening',
  Deposit = 'deposit',
  Payment = 'payment',
  Refund = 'refund',
}
