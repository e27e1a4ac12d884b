interface Order {
  id: string;
  receipt: string;
}
declare const unitOfWork: import('nestjs-sqlmodel-ext').UnitOfWork;
declare const orders: import('typeorm').Repository<Order>;
declare const coupons: import('typeorm').Repository<{ code: string }>;
declare const order: Order;
declare const coupon: { code: string };
declare const id: string;
declare function refreshStatistics(): Promise<void>;
declare function callThePaymentProvider(order: Order): Promise<string>;
