// HTTP Archive 1.2 (http://www.softwareishard.com/blog/har-12-spec/), as it is written here. Members
// with an underscore are ours, which the specification lets everybody have.

export interface HarField {
  name: string
  value: string
}

export interface HarPostData {
  mimeType: string
  params: readonly HarField[]
  text: string
  comment?: string
  /** The bytes, where they are no text: HAR has no word for that in requests. */
  _base64?: string
}

export interface HarContent {
  size: number
  mimeType: string
  text?: string
  encoding?: 'base64'
  comment?: string
}

export interface HarRequest {
  method: string
  url: string
  httpVersion: string
  cookies: readonly HarField[]
  headers: readonly HarField[]
  queryString: readonly HarField[]
  postData?: HarPostData
  headersSize: number
  bodySize: number
}

export interface HarResponse {
  /** 0: no answer came. */
  status: number
  statusText: string
  httpVersion: string
  cookies: readonly HarField[]
  headers: readonly HarField[]
  content: HarContent
  redirectURL: string
  headersSize: number
  bodySize: number
  _error?: string
}

export interface HarEntry {
  startedDateTime: string
  /** In ms, as all times of HAR. */
  time: number
  request: HarRequest
  response: HarResponse
  cache: Record<string, never>
  timings: { send: number; wait: number; receive: number }
  comment?: string
  _reprise: HarOwn
}

/** What HAR has no place for. */
export interface HarOwn {
  id: number
  verdict: string
  label: string | null
  client_address: string | null
  /** As received, where the URL is not of its form. */
  target?: string
  withheld: readonly string[]
  request_capture: string
  response_capture: string | null
  request_trailers: readonly HarField[]
  response_trailers: readonly HarField[]
}
