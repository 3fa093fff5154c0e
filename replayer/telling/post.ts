import http from 'node:http'
import https from 'node:https'

/**
 * Posts JSON on a connection of its own; redirects are not followed. Resolves where the answer is a 2xx;
 * rejects with what it was, or why there was none, also when it takes longer than `timeout` ms.
 */
export function postJson(
  url: URL,
  body: string,
  fields: Record<string, string>,
  timeout: number,
): Promise<void> {
  const options = {
    method: 'POST',
    headers: {
      ...{ 'Content-Type': 'application/json', 'User-Agent': 'reprise', ...fields },
      'Content-Length': String(Buffer.byteLength(body)),
    },
    agent: false,
    signal: AbortSignal.timeout(timeout),
  } as const
  return new Promise((resolve, reject) => {
    const answered = (response: http.IncomingMessage) => {
      const { statusCode = 0 } = response
      // What it says is nobody's concern, and may be long.
      response.destroy()
      if (statusCode >= 200 && statusCode < 300) resolve()
      else reject(new Error(`it answered ${statusCode}`))
    }
    // Nobody is believed without a certificate, whatever the environment says.
    const request =
      url.protocol === 'https:'
        ? https.request(url, { ...options, rejectUnauthorized: true }, answered)
        : http.request(url, options, answered)
    request.on('error', (error) => {
      const isLate = error.name === 'AbortError' || error.name === 'TimeoutError'
      reject(isLate ? new Error(`no answer in ${timeout / 1000} s`) : error)
    })
    request.end(body)
  })
}
