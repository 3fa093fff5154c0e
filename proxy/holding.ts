/** A function that pauses a stream until all that it was paused for is over. */
export function holding(stream: {
  pause(): unknown
  resume(): unknown
}): (until: (resume: () => void) => void) => void {
  let holds = 0
  return (until) => {
    holds++
    stream.pause()
    until(() => {
      if (--holds === 0) stream.resume()
    })
  }
}
