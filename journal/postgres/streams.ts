/** SQL of the streams there are, as `name`. */
export const KNOWN_STREAMS = `select distinct stream as name from reprise.recorder`
