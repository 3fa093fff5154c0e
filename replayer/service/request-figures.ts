import type { MiddlewareHandler } from 'hono'
import { matchedRoutes } from 'hono/route'
import { counter, histogram, type Family, type Labels } from '../../telemetry/family.ts'
import { Histogram } from '../../telemetry/histogram.ts'
import { routes } from './routes.ts'

/** In seconds. */
const DURATIONS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

/** Of the answers. Each begins at 0: of a counter that begins with 1 no increase is seen. */
const CODES = ['2xx', '3xx', '4xx', '5xx']

interface Route {
  labels: { method: string; route: string }
  durations: Histogram
  /** By class of status. */
  answers: Map<string, number>
}

/** Requests of the service, by route and class of status. */
export class RequestFigures {
  readonly #routes = new Map<string, Route>()

  constructor() {
    for (const { method, path } of Object.values(routes)) {
      this.#routeOf(method.toUpperCase(), path.replaceAll(/\{(\w+)\}/g, ':$1'))
    }
  }

  readonly watch: MiddlewareHandler = async (c, next) => {
    const began = performance.now()
    await next()
    // What anybody may send names no label: there would be no end of them.
    const matched = matchedRoutes(c).findLast(({ method }) => method !== 'ALL')
    const route = this.#routeOf(matched?.method ?? 'other', matched?.path ?? 'none')
    const code = `${Math.trunc(c.res.status / 100)}xx`
    route.answers.set(code, (route.answers.get(code) ?? 0) + 1)
    route.durations.observe((performance.now() - began) / 1000)
  }

  families(): Family[] {
    const routes = [...this.#routes.values()]
    return [
      counter(
        'reprise_service_requests_total',
        'Requests that the service answered, by route and class of status.',
        routes.flatMap(({ labels, answers }) =>
          [...answers].map(([code, n]): [Labels, number] => [{ ...labels, code }, n]),
        ),
      ),
      histogram(
        'reprise_service_request_duration_seconds',
        'Until the head of the answer.',
        routes.map(({ labels, durations }) => [labels, durations]),
      ),
    ]
  }

  #routeOf(method: string, route: string): Route {
    const key = `${method} ${route}`
    let known = this.#routes.get(key)
    if (known === undefined) {
      known = {
        labels: { method, route },
        durations: new Histogram(DURATIONS),
        answers: new Map(CODES.map((code) => [code, 0])),
      }
      this.#routes.set(key, known)
    }
    return known
  }
}
