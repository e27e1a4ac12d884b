import { UnprocessableEntityException } from '@nestjs/common';

export class InsufficientFundsException extends UnprocessableEntityException {
  constructor(amount: number, balance: number) {
    super(`The wallet holds ${balance} cents, ${amount} are needed`);
  }
}
