/** What the shop answered. */
export interface Answer {
  readonly status: number;
  /** Parsed JSON. */
  readonly body: any;
  readonly etag: string | null;
}

/** Sends requests to a shop. */
export class ShopClient {
  constructor(private readonly url: string) {}

  get(path: string): Promise<Answer> {
    return this.send('GET', path);
  }

  post(path: string, body: unknown = {}): Promise<Answer> {
    return this.send('POST', path, body);
  }

  async send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await fetch(new URL(path, this.url), {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      body: text === '' ? undefined : (JSON.parse(text) as unknown),
      etag: response.headers.get('etag'),
    };
  }

  /** @throws Error unless the answer is 2xx */
  async expect(answer: Promise<Answer>): Promise<any> {
    const { status, body } = await answer;
    if (status < 200 || status > 299) throw new Error(`The shop answered ${status}: ${JSON.stringify(body)}`);
    return body;
  }
}
