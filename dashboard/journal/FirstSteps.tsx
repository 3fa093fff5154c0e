import { Nothing } from '../shell/states.tsx'

/** An empty journal: how the first entry gets into it. */
export function FirstSteps() {
  return (
    <Nothing title="Nothing is recorded yet">
      Put the proxy in front of a backend and send it a request that changes something. It is here
      as soon as it is answered.
      <pre>{`reprise proxy --target http://127.0.0.1:3000 --listen 127.0.0.1:8080
curl -X POST http://127.0.0.1:8080/things -d name=first`}</pre>
    </Nothing>
  )
}
