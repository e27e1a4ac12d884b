import { markExtraIgnore } from '../entity-model/index.js';
import { markDataModel } from '../field-types/index.js';
import type { MixinBase } from './constructor-types.js';

/**
 * A data class that drops unknown input fields instead of refusing them, and logs one warning that names
 * the model and the fields: `class Webhook extends ExtraIgnore(WebhookBase)`.
 */
export function ExtraIgnore<Base extends MixinBase>(base: Base): Base {
  abstract class ExtraIgnoreMixin extends base {}
  markExtraIgnore(ExtraIgnoreMixin);
  markDataModel(ExtraIgnoreMixin, { extra: 'ignore' });
  return ExtraIgnoreMixin;
}
