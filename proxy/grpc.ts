import { grpcStatusOf } from '../wire/grpc.ts'
import type { RawFields } from '../wire/fields.ts'
import type { Outcome } from './policy.ts'

/**
 * How a unary call of gRPC ended, in the words of HTTP, for the policy: 200 where it was applied, 400
 * where it was refused without a change, 500 where it failed. Whoever hears that time ran out, or that
 * it was cancelled, knows nothing of what was done (google.rpc.Code says so of DEADLINE_EXCEEDED), and
 * so does whoever hears nothing.
 */
export function grpcOutcome(
  answer: { status: number; fields: RawFields; trailers: RawFields },
  delivery: 'part' | 'whole',
): Outcome {
  // Then it is no answer of gRPC, but of something before it.
  if (answer.status !== 200) return { kind: 'answered', status: answer.status }
  const status = grpcStatusOf(answer)
  if (status === 0) return { kind: 'answered', status: 200 }
  if (status === null || UNDECIDED.has(status)) {
    return { kind: 'unanswered', cause: 'grpc_undecided', delivery }
  }
  return { kind: 'answered', status: REFUSED.has(status) ? 400 : 500 }
}

const UNDECIDED = new Set([1 /* CANCELLED */, 4 /* DEADLINE_EXCEEDED */])

/** All others may be said of what was done in part, or whole: RESOURCE_EXHAUSTED of an answer that is too long. */
const REFUSED = new Set([
  3 /* INVALID_ARGUMENT */, 5 /* NOT_FOUND */, 6 /* ALREADY_EXISTS */, 7 /* PERMISSION_DENIED */,
  9 /* FAILED_PRECONDITION */, 11 /* OUT_OF_RANGE */, 12 /* UNIMPLEMENTED */,
  16 /* UNAUTHENTICATED */,
])
