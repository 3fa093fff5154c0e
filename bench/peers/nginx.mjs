// nginx, which records nothing: what a proxy in C costs. As documented for keep-alive upstreams.

import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { ensureProgram } from './install.mjs'
import { versionOf } from './versions.mjs'

export const nginx = {
  name: 'nginx',
  obtain() {
    ensureProgram('nginx', 'nginx-light')
    return { name: `nginx ${versionOf('nginx', '-v', /nginx\/(\S+)/)}` }
  },
  setUp({ target, folder, port }) {
    for (const name of ['client', 'proxy']) mkdirSync(path.join(folder, name))
    const file = path.join(folder, 'nginx.conf')
    writeFileSync(file, configuration(new URL(target).host, port))
    return { command: ['nginx', '-p', folder, '-c', file, '-e', 'stderr'] }
  },
  note: 'one worker; requests are buffered before they are sent on, which is its default: an upload goes through a file',
}

/** Root's worker would become a user who may not write here. */
const asWhom = () => (process.getuid?.() === 0 ? 'user root;\n' : '')

const configuration = (upstream, port) => `${asWhom()}daemon off;
worker_processes 1;
worker_rlimit_nofile 65536;
pid nginx.pid;
error_log stderr error;
events { worker_connections 30000; }
http {
  access_log off;
  client_max_body_size 0;
  client_body_temp_path client;
  proxy_temp_path proxy;
  fastcgi_temp_path proxy;
  uwsgi_temp_path proxy;
  scgi_temp_path proxy;
  upstream backend {
    server ${upstream};
    keepalive 256;
  }
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location / {
      proxy_pass http://backend;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
    }
  }
}
`
