/** The data class that a `@ResponseModel` handler answers with. */
export const RESPONSE_MODEL = 'nestjs-sqlmodel-ext:response-model';

/** Whether a handler answers a plain list: for OpenAPI. */
export const RESPONSE_IS_LIST = 'nestjs-sqlmodel-ext:response-is-list';

/** What a handler says about relations that it did not load. */
export const RESPONSE_RELATIONS = 'nestjs-sqlmodel-ext:response-relations';
