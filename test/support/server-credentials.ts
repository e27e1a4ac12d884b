/** The parts of a server's address that both drivers spell the same way in `DataSourceOptions`. */
export interface ServerCredentials {
  host: string;
  port: number;
  username: string;
  password: string;
}

export function serverCredentials(url: URL, defaultPort: number): ServerCredentials {
  return {
    host: url.hostname,
    port: Number(url.port || defaultPort),
    username: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
  };
}
