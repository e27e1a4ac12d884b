import { ApiHideProperty, ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Exclude, Expose, Type } from 'class-transformer';
import { Column, Entity, ManyToOne, OneToMany, PrimaryColumn, type Relation } from 'typeorm';
import { Model, Nested, Str64, UuidIdInfo } from 'nestjs-sqlmodel-ext';
import { Customer } from './models.js';

/** Answers, by each of the ways to declare one. */

@Model()
export class ProfileResponse extends UuidIdInfo(class {}) {
  @Str64() motto: string;
}

@Model()
export class UserResponse extends UuidIdInfo(class {}) {
  @Str64() name: string;
}

@Model()
export class UserWithProfileResponse extends UserResponse {
  @Nested(() => ProfileResponse, { nullable: true }) profile: ProfileResponse | null;
}

@Model()
export class CommentResponse extends UuidIdInfo(class {}) {
  @Str64() text: string;
  @Nested(() => UserResponse) author: UserResponse;
}

@Model()
export class ArticleSummary extends UuidIdInfo(class {}) {
  @Str64() title: string;
}

@Model()
export class ArticleResponse extends ArticleSummary {
  @Nested(() => UserResponse) author: UserResponse;
}

@Model()
export class ArticleDiscussion extends ArticleSummary {
  @Nested(() => [CommentResponse]) comments: CommentResponse[];
}

@Model()
export class ArticleDetails extends ArticleSummary {
  @Nested(() => UserWithProfileResponse) author: UserWithProfileResponse;
}

/** As `@nestjs/swagger` declares them. */

export class CustomerDto {
  @ApiProperty() id: string;
  @ApiProperty() name: string;
}

export class ProductDto {
  @ApiProperty() name: string;
}

export class ItemDto {
  @ApiProperty() quantity: number;
  @ApiProperty({ type: () => ProductDto }) product: ProductDto;
}

export class OrderDto {
  @ApiProperty() number: number;
  @ApiProperty({ type: CustomerDto }) customer: CustomerDto;
}

export class OrderWithItemsDto {
  @ApiProperty() number: number;
  @ApiProperty({ type: () => [ItemDto] }) items: ItemDto[];
}

export class BareOrderDto {
  @ApiProperty() number: number;
}

export class OptionalOrderDto {
  @ApiProperty() number: number;
  @ApiPropertyOptional({ type: CustomerDto }) customer?: CustomerDto;
}

export class HiddenOrderDto {
  @ApiProperty() number: number;
  @ApiHideProperty() customer: CustomerDto;
}

/** Keys in place of the relations. */
export class OrderIdsDto {
  @ApiProperty() customer: string;
  @ApiProperty({ type: [String] }) items: string[];
}

export class OrderPageDto {
  @ApiProperty() total: number;
  @ApiProperty({ type: [OrderDto] }) data: OrderDto[];
}

/** As class-transformer exposes them. */

@Exclude()
export class ExposedCustomer {
  @Expose() name: string;
}

@Exclude()
export class ExposedOrder {
  @Expose() number: number;
  @Expose() @Type(() => ExposedCustomer) customer: ExposedCustomer;
}

export class ExcludedOrder {
  @Expose() number: number;
  @Exclude() @Type(() => ExposedCustomer) customer: ExposedCustomer;
}

/** Entities that are their own answers. */

@Entity()
export class Album {
  @ApiProperty() @PrimaryColumn() id: string;
  @ApiProperty() @Column() name: string;
  @ApiProperty({ type: () => Customer }) @ManyToOne(() => Customer) owner: Relation<Customer>;
  @ApiHideProperty() @Exclude() @OneToMany(() => Track, (track) => track.album) tracks: Relation<Track>[];
}

@Entity()
export class Track {
  @ApiProperty() @PrimaryColumn() id: string;
  @ApiProperty() @Column() name: string;
  @ManyToOne(() => Album, (album) => album.tracks) album: Relation<Album>;
}
