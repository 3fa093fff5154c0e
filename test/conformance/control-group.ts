import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { fileURLToPath } from 'node:url'
import { freePort } from '../support/free-port.ts'
import type { Subject } from './stand.ts'

// Two proxies that the world relies on, each told to change as little as it can.

export const CONTROLS = ['nginx', 'haproxy'] as const
export type Control = (typeof CONTROLS)[number]

/** Where Debian's program is; rejects where it cannot be had. */
export async function locate(control: Control): Promise<string> {
  const script = fileURLToPath(new URL('../real/debian-program.sh', import.meta.url))
  const { stdout } = await promisify(execFile)('sh', [script, control, control])
  return stdout.trim()
}

export function startControl(control: Control, program: string, target: string): Promise<Subject> {
  const { host } = new URL(target)
  return startWith(control, program, (folder, port) => CONFIGS[control](folder, port, host))
}

/** With a configuration for a folder of its own and a port, at which it talks plain HTTP. */
export async function startWith(
  control: Control,
  program: string,
  configure: (folder: string, port: number) => string,
): Promise<Subject> {
  const folder = mkdtempSync(join(tmpdir(), `reprise-${control}-`))
  chmodSync(folder, 0o755)
  const port = await freePort()
  const config = join(folder, 'config')
  writeFileSync(config, configure(folder, port))
  const args = control === 'nginx' ? ['-e', 'stderr', '-c', config] : ['-db', '-f', config]
  const child = spawn(program, args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = once(child, 'close')
  let log = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (log += text))
  while (!(await answers(port))) {
    if (child.exitCode !== null) throw new Error(`${control} ended: ${log}`)
  }
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      child.kill('SIGKILL')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const CONFIGS: Record<Control, (folder: string, port: number, origin: string) => string> = {
  nginx: (folder, port, origin) => `
daemon off;
master_process off;
pid ${folder}/pid;
events { worker_connections 512; }
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
  map $http_upgrade $hop { default ''; websocket upgrade; }
  map $http_upgrade $protocol { default ''; websocket websocket; }
  upstream origin { server ${origin} max_fails=0; keepalive 16; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://origin;
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header Upgrade $protocol;
      proxy_set_header Connection $hop;
      proxy_pass_header Server;
      proxy_pass_header Date;
      proxy_request_buffering off;
      proxy_buffering off;
      proxy_buffer_size 256k;
      proxy_buffers 8 256k;
      proxy_busy_buffers_size 512k;
      proxy_next_upstream off;
    }
  }
}
`,
  haproxy: (_folder, port, origin) => `
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
  timeout tunnel 60s
frontend clients
  bind 127.0.0.1:${port}
  default_backend origin
backend origin
  http-reuse always
  server origin ${origin}
`,
}

async function answers(port: number): Promise<boolean> {
  const socket = net.connect(port, '127.0.0.1')
  const open = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true))
    // Not at once: it is only just starting.
    socket.once('error', () => setTimeout(resolve, 20, false))
  })
  socket.destroy()
  return open
}
