import { List1024, Model } from 'nestjs-sqlmodel-ext';
import { PriceListItem } from './price-list-item.js';

@Model()
export class PriceList {
  @List1024(() => PriceListItem, {
    description: 'Products, found by their SKU; new ones are added with an empty stock',
  })
  items: PriceListItem[];
}
