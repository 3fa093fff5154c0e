import { expect, test } from 'vitest'
import { z } from 'zod'
import { readYamlFile } from './manifests.ts'

// Traefik itself is not to be had here: its files are held against what its reference says of the members
// that they use, and no others.

const duration = z.string().regex(/^-?\d+(ms|s|m|h)$/)

const Static = z.strictObject({
  entryPoints: z.record(
    z.string(),
    z.strictObject({
      address: z.string().regex(/^:\d+$/),
      forwardedHeaders: z.strictObject({
        insecure: z.literal(false),
        trustedIPs: z.array(z.cidrv4()),
      }),
      transport: z.strictObject({ respondingTimeouts: z.strictObject({ readTimeout: duration }) }),
    }),
  ),
  providers: z.strictObject({
    file: z.strictObject({ filename: z.string().startsWith('/'), watch: z.boolean() }),
  }),
})

const Dynamic = z.strictObject({
  http: z.strictObject({
    routers: z.record(
      z.string(),
      // No middlewares: one that repeats requests would have them recorded twice.
      z.strictObject({
        rule: z.string().regex(/^Host\(`[\w.]+`\)$/),
        entryPoints: z.array(z.string()),
        service: z.string(),
      }),
    ),
    services: z.record(
      z.string(),
      z.strictObject({
        loadBalancer: z.strictObject({
          servers: z.array(z.strictObject({ url: z.url() })).length(1),
          passHostHeader: z.literal(true),
          serversTransport: z.string(),
          responseForwarding: z.strictObject({ flushInterval: duration }),
          healthCheck: z.strictObject({
            path: z.literal('/readyz'),
            port: z.int(),
            interval: duration,
            timeout: duration,
          }),
        }),
      }),
    ),
    serversTransports: z.record(
      z.string(),
      z.strictObject({
        forwardingTimeouts: z.strictObject({
          dialTimeout: duration,
          responseHeaderTimeout: z.literal('0s'),
          idleConnTimeout: duration,
        }),
      }),
    ),
  }),
})

test("Traefik's files are what it reads, and their names lead somewhere", () => {
  const { entryPoints } = Static.parse(readYamlFile('deploy/traefik/traefik.yml'))
  const { http } = Dynamic.parse(readYamlFile('deploy/traefik/dynamic.yml'))
  for (const { entryPoints: by, service } of Object.values(http.routers)) {
    for (const name of by) expect(entryPoints).toHaveProperty(name)
    const { loadBalancer } = http.services[service]!
    expect(http.serversTransports).toHaveProperty(loadBalancer.serversTransport)
  }
})
