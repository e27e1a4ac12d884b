/** What a server answered. `body` is the parsed JSON, or undefined when the answer is empty. */
export interface HttpAnswer<Body = any> {
  readonly status: number;
  readonly text: string;
  readonly body: Body;
  readonly headers: Headers;
}

/** Sends requests to one server over a real socket. */
export class HttpClient {
  constructor(private readonly baseUrl: string) {}

  get(path: string): Promise<HttpAnswer> {
    return this.send('GET', path);
  }

  post(path: string, body?: unknown): Promise<HttpAnswer> {
    return this.send('POST', path, body);
  }

  put(path: string, body?: unknown): Promise<HttpAnswer> {
    return this.send('PUT', path, body);
  }

  patch(path: string, body?: unknown): Promise<HttpAnswer> {
    return this.send('PATCH', path, body);
  }

  delete(path: string): Promise<HttpAnswer> {
    return this.send('DELETE', path);
  }

  /** A body that is text already is sent as it is; anything else as JSON. */
  async send(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' },
  ): Promise<HttpAnswer> {
    const response = await fetch(new URL(path, this.baseUrl), {
      method,
      headers,
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    return {
      status: response.status,
      text,
      body: isJson && text !== '' ? JSON.parse(text) : undefined,
      headers: response.headers,
    };
  }
}
