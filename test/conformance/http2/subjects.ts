import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { selfSigned } from '../../support/certificate.ts'
import { startWith, type Control } from '../control-group.ts'
import type { Subject } from '../stand.ts'
import { startReprise, type Mode } from '../subjects.ts'
import type { Http2Upstream } from './http2-upstream.ts'
import type { Upstream } from './upstream.ts'

// What is tested, in two ways: clients by prior knowledge before an upstream of HTTP/1.1, and clients
// by ALPN before one of HTTP/2, which chooses it in the handshake too.

export function repriseToHttp1(mode: Mode, database: string) {
  return (upstream: Upstream) => startReprise(mode, upstream.url, database)
}

export function repriseToHttp2(mode: Mode, database: string) {
  return (upstream: Http2Upstream) =>
    withFiles(upstream, async (files) => {
      const subject = await startReprise(mode, upstream.url, database, [
        ...['--tls-cert', files.cert, '--tls-key', files.key, '--upstream-ca', files.upstream],
      ])
      return subject
    })
}

export function controlToHttp1(control: Control, program: string) {
  return ({ url }: Upstream) =>
    startWith(control, program, (folder, port) =>
      control === 'nginx'
        ? nginx(folder, `listen 127.0.0.1:${port} http2;`, PASS(new URL(url).host))
        : haproxy(`127.0.0.1:${port} proto h2`, new URL(url).host),
    )
}

export function controlToHttp2(control: Control, program: string) {
  return (upstream: Http2Upstream) =>
    withFiles(upstream, async (files) => {
      const { host } = new URL(upstream.url)
      const subject = await startWith(control, program, (folder, port) =>
        control === 'nginx'
          ? nginx(
              folder,
              `listen 127.0.0.1:${port} ssl http2;
    ssl_certificate ${files.cert};
    ssl_certificate_key ${files.key};`,
              // The one way that it has to an upstream of HTTP/2.
              `grpc_pass grpcs://${host};
      grpc_set_header Host $http_host;
      grpc_pass_header Server;
      grpc_pass_header Date;
      grpc_buffer_size 256k;
      grpc_next_upstream off;`,
            )
          : haproxy(
              `127.0.0.1:${port} ssl crt ${files.both} alpn h2`,
              `${host} ssl verify none alpn h2`,
            ),
      )
      return { ...subject, url: subject.url.replace('http:', 'https:') }
    })
}

interface Files {
  cert: string
  key: string
  both: string
  /** Who vouches for the upstream. */
  upstream: string
}

async function withFiles(
  { certificate }: Http2Upstream,
  start: (files: Files) => Promise<Subject>,
): Promise<Subject> {
  const folder = mkdtempSync(join(tmpdir(), 'reprise-http2-'))
  const own = selfSigned('127.0.0.1')
  const written = (name: string, text: string) => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  const subject = await start({
    cert: written('cert.pem', own.cert),
    key: written('key.pem', own.key),
    both: written('both.pem', own.cert + own.key),
    upstream: written('upstream.pem', certificate.cert),
  })
  return {
    url: subject.url,
    async stop() {
      await subject.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const PASS = (host: string) => `proxy_pass http://${host};
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header Connection '';
      proxy_pass_header Server;
      proxy_pass_header Date;
      proxy_request_buffering off;
      proxy_buffering off;
      proxy_buffer_size 256k;
      proxy_buffers 8 256k;
      proxy_busy_buffers_size 512k;
      proxy_next_upstream off;`

const nginx = (folder: string, listen: string, pass: string) => `
daemon off;
master_process off;
pid ${folder}/pid;
events { worker_connections 2048; }
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  large_client_header_buffers 16 256k;
  client_max_body_size 0;
  server_tokens off;
  underscores_in_headers on;
  ignore_invalid_headers off;
  server {
    ${listen}
    location / {
      ${pass}
    }
  }
}
`

const haproxy = (bind: string, server: string) => `
global
  nbthread 1
  tune.bufsize 262144
  tune.http.maxhdr 4000
defaults
  mode http
  retries 0
  option http-no-delay
  option abortonclose
  timeout connect 5s
  timeout client 60s
  timeout server 60s
frontend clients
  bind ${bind}
  default_backend origin
backend origin
  http-reuse always
  server origin ${server}
`
