// Made from the service's own document by `npm run generate:client`; not to be changed by hand.

export interface paths {
    "/api/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who asks, and in which role */
        get: operations["readSession"];
        put?: never;
        /** Sign in with a token: the answer sets the cookie of a session */
        post: operations["signIn"];
        /** End the session */
        delete: operations["signOut"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit-trail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who changed what, when and from where, the newest first */
        get: operations["listDeeds"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/entries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Entries, a page at a time */
        get: operations["listEntries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Set or take away the label of all entries that match */
        patch: operations["labelEntries"];
        trace?: never;
    };
    "/api/entries/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One entry with its bodies */
        get: operations["readEntry"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Set or take away the label of an entry */
        patch: operations["labelEntry"];
        trace?: never;
    };
    "/api/entries/{id}/bodies/{side}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A recorded body as bytes, of any size
         * @description What was kept of it, with content codings as they were on the wire, or undone. Ends with a broken connection where it is not what its digest or its coding says.
         */
        get: operations["readBody"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/entries/{id}/copies/{form}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The request of an entry as a command or code that sends it again
         * @description For a shell, or JavaScript. What is not shown of it (the value of a secret, a body that is no text) is named, for somebody to put it there. Control characters are spelt: pasted, they would be keys.
         */
        get: operations["copyEntry"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/labels": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Which labels the entries bear that match, and how many each */
        get: operations["listLabels"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/entries/{id}/secrets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * One entry with its secrets in clear
         * @description Noted in the audit trail before it is answered. What was left out, or sealed with a key that is not known here, stays hidden.
         */
        post: operations["showSecrets"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/entries/{id}/secrets/{side}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A recorded body as bytes, of any size, with its secrets in clear
         * @description As it was on the wire. Noted in the audit trail before it is answered.
         */
        post: operations["showSecretBody"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Look for entries as long as there is time for
         * @description Answers within a fraction of a second what it found, whatever is looked for among however many entries: ask again with `next` until it is null, or no more.
         */
        get: operations["searchEntries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How many entries arrived over time, by verdict */
        get: operations["readTimeline"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/entries/{id}/attempts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What became of an entry in all replays, the latest first */
        get: operations["listAttemptsOfEntry"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * New entries, as server-sent events
         * @description Each event `entries` has a JSON array of entries in the order of their ids, and the highest as its id, from which a browser goes on by itself. An event `ready` says where it begins.
         */
        get: operations["followEntries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/streams": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The streams of the journal */
        get: operations["listStreams"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/streams/{stream}/entries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove every entry, run and attempt of a stream */
        delete: operations["clearStream"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Replays, the newest first */
        get: operations["listRuns"];
        put?: never;
        /**
         * Replay a selection of entries to a target
         * @description Answers when it has begun. How its requests are compared, renamed and signed is said by the settings of the service. Rules of compaction that were not verified are refused.
         */
        post: operations["startRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One replay */
        get: operations["readRun"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/{id}/attempts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a replay sent, in order */
        get: operations["listAttempts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/{id}/aliases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Values that the backend made anew in a replay */
        get: operations["listAliases"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/{id}/entries/{entry}/values": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What an entry of a replay made anew and where that was used, and what it used itself
         * @description Looks through what all attempts of the run have kept: that takes its time.
         */
        get: operations["explainEntry"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/plans": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What a run would send, in which order, and what is left out */
        post: operations["makePlan"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/{id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Go on with a run that was stopped, or whose process died */
        post: operations["resumeRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/{id}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let a run stand still */
        post: operations["pauseRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/{id}/continue": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let a run that stands still go on */
        post: operations["continueRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/{id}/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Stop a run; it can be resumed */
        post: operations["stopRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How a run goes on, as server-sent events
         * @description An event `run` with the run, at first and whenever it changed, until it has ended; of any run, whoever drives it.
         */
        get: operations["watchRun"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/{id}/against/{other}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where two runs of a stream came out differently, entry by entry
         * @description By outcome, status, and what was kept of the bodies, byte for byte: what a backend makes anew is another one each time.
         */
        get: operations["compareRuns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/entries/{id}/settlement": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Say whether an entry in doubt was applied, or take that back */
        put: operations["settleEntry"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/streams/{stream}/settlement": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** The same of all entries of a stream that are in doubt and match */
        put: operations["settleEntries"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/epochs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The newest life of the backend of each stream
         * @description Of streams whose recorders keep to epochs (--restore).
         */
        get: operations["listNewestEpochs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/epochs/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The same as server-sent events
         * @description An event `epochs` with all of them, at first and whenever one changed.
         */
        get: operations["watchEpochs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/streams/{stream}/epochs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The lives of the backend of a stream, the newest first */
        get: operations["listEpochs"];
        put?: never;
        /**
         * Say that the backend has lost its state
         * @description Clients are kept away from then on, and it is restored. Said while that is under way it changes nothing.
         */
        post: operations["loseEpoch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/streams/{stream}/epochs/{number}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Have one restored again whose restore failed
         * @description By whichever process restores by itself (--restore auto); where none does, it waits to be restored.
         */
        post: operations["retryEpoch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/streams/{stream}/epochs/{number}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Restore one by this service, as `reprise restore` does
         * @description Where nobody restores by himself (--restore ask), or where that failed. How is a setting of the service: the same as of `reprise restore`. A service that ends leaves it for another to go on.
         */
        post: operations["restoreEpoch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/streams/{stream}/epochs/{number}/open": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let clients in as the backend is */
        post: operations["openEpoch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/streams/{stream}/checkpoints": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The checkpoints of a stream, the furthest in its order first
         * @description Restores begin behind the first one.
         */
        get: operations["listCheckpoints"];
        put?: never;
        /**
         * Say that nothing before a place is needed to restore the backend
         * @description It keeps what it had been sent by then, or was reset on purpose. Restores begin behind the furthest checkpoint; a run does so only where it is asked to.
         */
        post: operations["setCheckpoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/streams/{stream}/checkpoints/{number}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove a checkpoint: what it left out is sent again by restores */
        delete: operations["removeCheckpoint"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/streams/{stream}/verified-rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Rules of compaction that make no difference to the state, the latest verified first
         * @description As `reprise compact --verify` has shown with two backends. Runs, and restores, leave out what such rules make needless, and by no others.
         */
        get: operations["listVerifiedRules"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/recorders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who records, and who did */
        get: operations["listRecorders"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/size": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How much the journal takes of the disk, by week */
        get: operations["readSize"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The sum of each recorder, which proves that nothing is missing
         * @description Reads every entry and holds every body against its digest: that takes its time.
         */
        get: operations["audit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the service answers */
        get: operations["readHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the process is alive, whatever it lacks */
        get: operations["readLiveness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/problems": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the types of problems mean (RFC 9457) */
        get: operations["listProblems"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the service can do its work, and what exactly is not ready */
        get: operations["readReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Figures for Prometheus, in its own format or (Accept) that of OpenMetrics */
        get: operations["readMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Who: {
            name: string;
            /** @enum {string|null} */
            role: "read" | "replay" | "admin" | null;
            /**
             * @description `machine`: whoever is on this machine, where no credentials are set.
             * @enum {string}
             */
            by: "machine" | "token" | "session" | "identity";
            /** Format: date-time */
            ends_at: string | null;
        };
        Problem: {
            type: string;
            title: string;
            status: number;
            detail: string;
            /** @enum {string} */
            code: "settings_invalid" | "journal_unreachable" | "journal_newer" | "journal_missing" | "journal_refused" | "recorder_fenced" | "spool_unavailable" | "body_damaged" | "stream_unknown" | "entry_unknown" | "selection_empty" | "doubt_none" | "service_ending" | "run_unknown" | "run_driven" | "run_undriven" | "run_limit" | "run_over" | "run_in_doubt" | "checkpoint_unknown" | "rules_unproven" | "epoch_unknown" | "epoch_open" | "epoch_lost" | "embedded_unavailable" | "host_refused" | "worker_failed" | "listen_failed" | "target_away" | "reset_failed" | "target_not_allowed" | "login_failed" | "hook_failed" | "input_invalid" | "address_unknown" | "method_refused" | "input_too_large" | "requests_exceeded" | "streams_exceeded" | "credentials_missing" | "credentials_wrong" | "role_insufficient" | "origin_refused" | "file_invalid" | "file_damaged" | "file_sealed" | "file_unusable" | "stream_taken" | "command_failed" | "failures_exceeded" | "internal";
            hint?: string;
        };
        SignIn: {
            token: string;
        };
        /** @description Noted before it was done: it may have failed. */
        Deed: {
            /** @description Hand the last one back as `before`. */
            id: number;
            /** Format: date-time */
            at: string;
            who: string | null;
            role: string | null;
            /**
             * @description How it is known who it was.
             * @enum {string}
             */
            means: "machine" | "token" | "session" | "identity" | "command_line" | "program";
            address: string | null;
            /** @enum {string} */
            action: "label" | "settle" | "clear" | "export" | "import" | "keep_state" | "show_secrets" | "rotate_keys" | "reseal" | "replay" | "lose" | "restore" | "open" | "set_checkpoint" | "remove_checkpoint" | "verify_rules" | "pause" | "continue" | "stop" | "sign_in" | "sign_out" | "refused";
            stream: string | null;
            detail: {
                [key: string]: unknown;
            };
        };
        EntryPage: {
            entries: {
                id?: number;
                stream?: string;
                /** Format: uuid */
                recorder?: string;
                number?: number;
                /** @enum {string} */
                verdict?: "applied" | "failed" | "in_doubt" | "context";
                cause?: string | null;
                /**
                 * @description What the upstream may have had of a request in doubt.
                 * @enum {string|null}
                 */
                delivery?: "part" | "whole" | "unknown" | null;
                /**
                 * @description What became known of an entry that was in doubt.
                 * @enum {string|null}
                 */
                settled?: "applied" | "not_applied" | null;
                label?: string | null;
                /** Format: date-time */
                arrived_at?: string;
                /** Format: date-time */
                answered_at?: string | null;
                method?: string;
                target?: string;
                http_version?: string;
                client_address?: string | null;
                user_agent?: string | null;
                user_name?: string | null;
                content_type?: string | null;
                /** @description Of the W3C Trace Context that the request came with. */
                trace_id?: string | null;
                /** @description Ordered pairs as on the wire; the value of a secret is null. */
                request_headers?: [
                    string,
                    string | null
                ][];
                /** @description Ordered pairs as on the wire; the value of a secret is null. */
                request_trailers?: [
                    string,
                    string | null
                ][];
                /** @description Secret request fields of which this service has no value; `(query)` and `(body)` where that is so of secrets in them. */
                withheld?: string[];
                request_length?: number;
                /** @enum {string} */
                request_capture?: "complete" | "truncated" | "aborted";
                status?: number | null;
                reason?: string | null;
                /** @description Ordered pairs as on the wire; the value of a secret is null. */
                response_headers?: [
                    string,
                    string | null
                ][] | null;
                response_length?: number | null;
                /** @enum {string|null} */
                response_capture?: "complete" | "truncated" | "aborted" | null;
            }[];
            /** @description Hand it back as `after`; null: no more. */
            next: string | null;
        };
        WholeEntry: components["schemas"]["Entry"] & {
            client_form: components["schemas"]["ClientForm"];
            /** @description Secrets in the target and in bodies, by bytes; others stand in their place. */
            masked: {
                /** @enum {string} */
                in: "target" | "request" | "response";
                offset: number;
                length: number;
            }[];
            /** @description Bodies in pieces that have some. */
            masked_pieces: ("request" | "response")[];
            /** @description SHA-256 of what was kept of the body, in hex; null where that is nothing. */
            request_digest: string | null;
            request_body: components["schemas"]["Body"];
            /** @description SHA-256 of what was kept of the body, in hex; null where that is nothing. */
            response_digest: string | null;
            response_body: components["schemas"]["Body"];
        };
        /** @description What its client had said where live aliases told the backend something else. Fields by their place among those of the client; pieces of the body by the bytes in whose place they stood, content codings undone, as latin-1. Null as value or text: a secret. */
        ClientForm: {
            /** @description Null: as recorded. */
            target: string | null;
            fields: {
                at: number;
                name: string;
                value: string | null;
            }[];
            body: {
                offset: number;
                length: number;
                text: string | null;
            }[];
            /** @description Pieces of the body that were not kept, behind those that are. Without it: none. */
            omitted?: number;
        } | null;
        /** @description UTF-8 where the bytes are that, base64 otherwise. Null where there is none, and for a body that is kept in pieces: /api/entries/{id}/bodies/{side} has any. */
        Body: {
            /** @enum {string} */
            encoding: "utf8" | "base64";
            data: string;
        } | null;
        Entry: {
            id: number;
            stream: string;
            /** Format: uuid */
            recorder: string;
            number: number;
            /** @enum {string} */
            verdict: "applied" | "failed" | "in_doubt" | "context";
            cause: string | null;
            /**
             * @description What the upstream may have had of a request in doubt.
             * @enum {string|null}
             */
            delivery: "part" | "whole" | "unknown" | null;
            /**
             * @description What became known of an entry that was in doubt.
             * @enum {string|null}
             */
            settled: "applied" | "not_applied" | null;
            label: string | null;
            /** Format: date-time */
            arrived_at: string;
            /** Format: date-time */
            answered_at: string | null;
            method: string;
            target: string;
            http_version: string;
            client_address: string | null;
            user_agent: string | null;
            user_name: string | null;
            content_type: string | null;
            /** @description Of the W3C Trace Context that the request came with. */
            trace_id: string | null;
            /** @description Ordered pairs as on the wire; the value of a secret is null. */
            request_headers: [
                string,
                string | null
            ][];
            /** @description Ordered pairs as on the wire; the value of a secret is null. */
            request_trailers: [
                string,
                string | null
            ][];
            /** @description Secret request fields of which this service has no value; `(query)` and `(body)` where that is so of secrets in them. */
            withheld: string[];
            request_length: number;
            /** @enum {string} */
            request_capture: "complete" | "truncated" | "aborted";
            status: number | null;
            reason: string | null;
            /** @description Ordered pairs as on the wire; the value of a secret is null. */
            response_headers: [
                string,
                string | null
            ][] | null;
            response_length: number | null;
            /** @enum {string|null} */
            response_capture: "complete" | "truncated" | "aborted" | null;
        };
        LabelCounts: {
            labels: {
                label: string;
                count: number;
            }[];
        };
        Labelled: components["schemas"]["Changed"] & {
            /** @description How many of them bore another label before. */
            overwritten: number;
        };
        Changed: {
            changed: number;
        };
        Label: {
            label: string | null;
        };
        EntrySecrets: {
            target: string;
            client_form: components["schemas"]["ClientForm"];
            /** @description Ordered pairs as on the wire; the value of a secret is null. */
            request_headers: [
                string,
                string | null
            ][];
            /** @description Ordered pairs as on the wire; the value of a secret is null. */
            request_trailers: [
                string,
                string | null
            ][];
            withheld: string[];
            request_body: components["schemas"]["Body"];
            /** @description Ordered pairs as on the wire; the value of a secret is null. */
            response_headers: [
                string,
                string | null
            ][] | null;
            response_body: components["schemas"]["Body"];
        };
        SearchPage: components["schemas"]["EntryPage"] & {
            /** @description How many entries were looked at, but for those that an index let it skip. */
            scanned: number;
            /** @description The highest id there was; entries with a higher one are new. On the first page. */
            latest_id: number | null;
            /**
             * Format: date-time
             * @description Up to when all that match were found; null: all were.
             */
            reached: string | null;
        };
        Timeline: {
            /**
             * Format: date-time
             * @description Null: nothing matches.
             */
            since: string | null;
            /** @description The length of each span, in ms. */
            step: number;
            /** @description Entries by verdict; what is none is left out. */
            spans: {
                applied?: number;
                failed?: number;
                in_doubt?: number;
                context?: number;
            }[];
            /** @description Null: all that match are counted. Otherwise hand it back as `after`, where the filter has no `since` or `until` with those of the spans, and add what comes. */
            next: string | null;
            /**
             * Format: date-time
             * @description All that match are counted back to then; null: all are.
             */
            reached: string | null;
        };
        EntryAttempt: components["schemas"]["Attempt"] & {
            run: number;
        };
        Found: {
            differences: components["schemas"]["Difference"][];
            /** @description Differences beyond those. */
            unlisted: number;
            /** @description Other values that are no differences, counted by why. */
            explained: {
                [key: string]: number;
            };
            uncompared: string[];
        } | null;
        /** @description Null: there is nothing at that place. */
        Difference: {
            /** @example body /items/0/name */
            where: string;
            recorded: string | null;
            came: string | null;
        };
        /** @description Recorded values of the request: replaced, and left alone. */
        Uses: {
            replaced: {
                place: string;
                /** @description Entry; 0: a rule fixed the value. */
                producer: number;
                from: string;
                /** @description As recorded; none of a secret. */
                value?: string;
            }[];
            leftAlone: {
                place: string;
                why: string;
                /** @description As recorded; none of a secret. */
                value?: string;
            }[];
        } | null;
        Attempt: {
            position: number;
            entry: number;
            /** @enum {string} */
            outcome: "sending" | "same" | "differs" | "failed" | "skipped" | "in_doubt";
            status: number | null;
            /** @description Ordered pairs as on the wire; the value of a secret is null. */
            response_headers: [
                string,
                string | null
            ][] | null;
            response_length: number | null;
            detail: string | null;
            differences: components["schemas"]["Found"];
            uses: components["schemas"]["Uses"];
            /** Format: date-time */
            sent_at: string;
            /** Format: date-time */
            ended_at: string | null;
        };
        Stream: {
            stream: string;
            targets: string[];
            entries: number;
            by_verdict: {
                [key: string]: number;
            };
            /** @description Of those in doubt, the ones that nobody settled. */
            unsettled: number;
            /** @description Of requests and answers together, as they passed; null: there are too many to add them up. */
            body_bytes: number | null;
            /** Format: date-time */
            first_at: string | null;
            /** Format: date-time */
            last_at: string | null;
        };
        Removed: {
            removed: number;
        };
        Confirmation: {
            /** @description The name of the stream, once more. */
            confirm: string;
        };
        Run: {
            id: number;
            stream: string;
            target: string;
            /** @description What it sends, in words of the filter. */
            selection?: unknown;
            /** @description What it was made of, so that it can be resumed; null of an older run. */
            plan?: unknown;
            manner: components["schemas"]["Manner"];
            /** @description The checkpoint of its stream behind which it begins; null: none was asked for. */
            checkpoint: number | null;
            /**
             * @description By which it leaves out what later requests make needless; none: it does not.
             * @example [
             *       "PUT /x/:id replaces PUT /x/:id"
             *     ]
             */
            compact_rules: string[];
            /** @enum {string} */
            state: "running" | "done" | "stopped" | "interrupted";
            planned: number;
            outcomes: {
                [key: string]: number;
            };
            /** Format: date-time */
            started_at: string;
            /** Format: date-time */
            ended_at: string | null;
        };
        /** @description How it was begun, for whoever resumes it; null of an older run. */
        Manner: {
            lanes: string[];
            concurrency: number;
            clock_tolerance_ms: number;
            speed: number | null;
            rate: number | null;
            /** @enum {string} */
            on_failure: "stop" | "continue";
            /** @enum {string} */
            on_difference: "stop" | "continue";
        } | null;
        DrivenRun: components["schemas"]["Run"] & {
            /**
             * @description Of a run that is running, whoever drives it: whether it stands still, or is about to stand still or to end. Nobody: its process died, and it can be resumed.
             * @enum {string|null}
             */
            driven: "running" | "pausing" | "paused" | "stopping" | "nobody" | null;
        };
        /** @description A value that the backend made anew, in the order of learning. */
        Alias: {
            /** @description Hand the last one back as `after`. */
            number: number;
            secret: boolean;
            /** @description Null of a secret. */
            recorded: string | null;
            /** @description Null of a secret. */
            came: string | null;
            producer: {
                entry: number;
                method: string;
                path: string;
                place: string;
            };
        };
        /** @description Values of an entry in a run; those of secrets are null. */
        Values: {
            /** @description What the backend made anew in its answer. */
            made: (components["schemas"]["Alias"] & {
                /** @description Where it was put in, in the order of sending; 100 at most. */
                uses: {
                    entry: number;
                    place: string;
                }[];
                more_uses: number;
            })[];
            used: {
                place: string;
                producer: number;
                from: string;
                value: string | null;
            }[];
            left_alone: {
                place: string;
                why: string;
                value: string | null;
            }[];
        };
        Plan: {
            stream: string;
            planned: number;
            /** @description That may be sent besides, where an entry needs it. */
            context: number;
            /** @description By verdict, and not_applied. */
            left_out: {
                [key: string]: number;
            };
            /** @description The entry in doubt before which it ends. */
            stops_at: number | null;
            /** @description Behind which it begins; null: it begins with all that is selected. */
            checkpoint: {
                number: number;
                /** @description That it stands at: the last that is left out. */
                entry: number;
                /** @description How many that would be sent stand before it. */
                left_out: number;
            } | null;
            /** @description What later requests make needless; null: no rules were given. */
            compaction: {
                /** @description Whether a run takes these rules. */
                verified: boolean;
                left_out: number;
                rules: {
                    /** @description In its normal form. */
                    rule: string;
                    left_out: number;
                }[];
                /** @description How many are sent though a rule is about them, by why: overlaps, spoken_of, value_used, makes, unreadable. */
                kept: {
                    [key: string]: number;
                };
                /** @description Some of those that are left out, a hundred at most. */
                examples: {
                    entry: number;
                    method: string;
                    target: string;
                    rule: string;
                    /** @description The later entry that makes it needless. */
                    by: number;
                }[];
            } | null;
            /** @description Null: no entry was named. */
            explained: {
                entry: components["schemas"]["Entry"];
                /** @description Why it is not sent, for people, each by itself enough; none: it is sent. */
                left_out: string[];
                /** @description Why it is sent though a rule of compaction is about it; null: none is. */
                stays: string | null;
                lane: string | null;
                /** @description The one before it in the order. */
                previous: number | null;
                /** @description Directly; 100 at most. */
                waits_for: {
                    entry: number;
                    /** @enum {string} */
                    because: "value" | "end" | "answered" | "clocks";
                    value?: string;
                    method: string;
                    target: string;
                    /** @description For people. */
                    why: string;
                }[];
                /** @description Directly; 100 at most. */
                waited_for_by: {
                    entry: number;
                    /** @enum {string} */
                    because: "value" | "end" | "answered" | "clocks";
                    value?: string;
                    method: string;
                    target: string;
                    /** @description For people. */
                    why: string;
                }[];
            } | null;
            recorded_targets: string[];
            /** @description That the settings allow besides: HOST, of any port, or HOST:PORT. */
            named_targets: string[];
            /**
             * @description Why the target may be sent to; null where none was named.
             * @enum {string|null}
             */
            allowed: "loopback" | "recorded" | "named" | "no" | null;
            /** @description Null for a plan of more than 100,000 entries. */
            order: {
                /** @description The most that must go one after the other. */
                chain: number;
                /** @description The most that may run side by side at a moment. */
                widest: number;
                lanes: number;
                /** @description Dependencies between lanes, which lanes alone would have broken. */
                kept: number;
                /** @enum {string} */
                are: "exact" | "least";
            } | null;
            entries: {
                entry: components["schemas"]["Entry"];
                lane: string | null;
                waits_for: {
                    entry: number;
                    /** @enum {string} */
                    because: "value" | "end" | "answered" | "clocks";
                    value?: string;
                }[];
                waits_for_more: number;
            }[];
        };
        PlanWish: {
            stream: string;
            /**
             * @description Which entries, in the words of /api/entries.
             * @default {}
             */
            filter: {
                /**
                 * @description Entries of these ids. Several with commas.
                 * @example 12,17
                 */
                id?: string;
                id__gte?: number;
                id__lte?: number;
                /**
                 * @description Methods. Several with commas.
                 * @example POST,DELETE
                 */
                method?: string;
                /**
                 * @description Paths: /exact, /prefix/* or a glob. Several with commas.
                 * @example /api/*
                 */
                path?: string;
                /**
                 * @description Paths to leave out. Several with commas.
                 * @example /api/login
                 */
                excluded_path?: string;
                /**
                 * @description Recorded answers. Several with commas.
                 * @example 2xx,404,500-503
                 */
                status?: string;
                /**
                 * @description Verdicts. Several with commas.
                 * @example applied,in_doubt
                 */
                verdict?: string;
                /**
                 * @description Labels. Several with commas.
                 * @example bug-17
                 */
                label?: string;
                /**
                 * @description Users, as far as requests told. Several with commas.
                 * @example ada
                 */
                user?: string;
                /**
                 * @description Addresses of clients. Several with commas.
                 * @example 192.0.2.7
                 */
                client?: string;
                /** @description Stands in the target or in a body of up to 4 MiB, byte for byte as on the wire, so not in one that is compressed. Reads every body that the rest of the filter leaves: /api/search does so a window at a time. */
                text?: string;
                /**
                 * Format: date-time
                 * @description Arrived at or after.
                 */
                since?: string;
                /**
                 * Format: date-time
                 * @description Arrived before.
                 */
                until?: string;
            };
            /**
             * @description What is done where it is not known whether an entry was applied.
             * @default stop
             * @enum {string}
             */
            in_doubt: "stop" | "skip" | "send";
            /**
             * @description `checkpoint`: with what stands behind the furthest checkpoint of the stream.
             * @default start
             * @enum {string}
             */
            begin: "start" | "checkpoint";
            /**
             * @description What makes earlier requests needless, as of `reprise compact`: it is left out. A run is refused (`rules_unproven`) where these very rules were not verified for the stream.
             * @default []
             */
            compact_rules: string[];
            /**
             * @description Keep order for each value of :id only, and run them side by side.
             * @default []
             */
            lanes: string[];
            /**
             * @description How many requests are out at once; 1 is serial.
             * @default 16
             */
            concurrency: number;
            /**
             * @description How far the clocks of recorders on different hosts may be apart.
             * @default 50
             */
            clock_tolerance_ms: number;
            /**
             * @description Where the requests are sent; a path in it goes before theirs.
             * @example http://127.0.0.1:3000
             */
            target?: string;
            /**
             * @description How many of its entries are answered, with whom they wait for.
             * @default 100
             */
            limit: number;
            /** @description An entry of which all is told: whether it is sent, why not, and for whom it waits. */
            explain?: number;
        };
        RunWish: {
            stream: string;
            /**
             * @description Which entries, in the words of /api/entries.
             * @default {}
             */
            filter: {
                /**
                 * @description Entries of these ids. Several with commas.
                 * @example 12,17
                 */
                id?: string;
                id__gte?: number;
                id__lte?: number;
                /**
                 * @description Methods. Several with commas.
                 * @example POST,DELETE
                 */
                method?: string;
                /**
                 * @description Paths: /exact, /prefix/* or a glob. Several with commas.
                 * @example /api/*
                 */
                path?: string;
                /**
                 * @description Paths to leave out. Several with commas.
                 * @example /api/login
                 */
                excluded_path?: string;
                /**
                 * @description Recorded answers. Several with commas.
                 * @example 2xx,404,500-503
                 */
                status?: string;
                /**
                 * @description Verdicts. Several with commas.
                 * @example applied,in_doubt
                 */
                verdict?: string;
                /**
                 * @description Labels. Several with commas.
                 * @example bug-17
                 */
                label?: string;
                /**
                 * @description Users, as far as requests told. Several with commas.
                 * @example ada
                 */
                user?: string;
                /**
                 * @description Addresses of clients. Several with commas.
                 * @example 192.0.2.7
                 */
                client?: string;
                /** @description Stands in the target or in a body of up to 4 MiB, byte for byte as on the wire, so not in one that is compressed. Reads every body that the rest of the filter leaves: /api/search does so a window at a time. */
                text?: string;
                /**
                 * Format: date-time
                 * @description Arrived at or after.
                 */
                since?: string;
                /**
                 * Format: date-time
                 * @description Arrived before.
                 */
                until?: string;
            };
            /**
             * @description What is done where it is not known whether an entry was applied.
             * @default stop
             * @enum {string}
             */
            in_doubt: "stop" | "skip" | "send";
            /**
             * @description `checkpoint`: with what stands behind the furthest checkpoint of the stream.
             * @default start
             * @enum {string}
             */
            begin: "start" | "checkpoint";
            /**
             * @description What makes earlier requests needless, as of `reprise compact`: it is left out. A run is refused (`rules_unproven`) where these very rules were not verified for the stream.
             * @default []
             */
            compact_rules: string[];
            /**
             * @description Keep order for each value of :id only, and run them side by side.
             * @default []
             */
            lanes: string[];
            /**
             * @description How many requests are out at once; 1 is serial.
             * @default 16
             */
            concurrency: number;
            /**
             * @description How far the clocks of recorders on different hosts may be apart.
             * @default 50
             */
            clock_tolerance_ms: number;
            /**
             * @description So many times as fast as it was recorded; null: as fast as order allows.
             * @default null
             */
            speed: number | null;
            /**
             * @description Requests a second at most.
             * @default null
             */
            rate: number | null;
            /**
             * @default stop
             * @enum {string}
             */
            on_failure: "stop" | "continue";
            /**
             * @default continue
             * @enum {string}
             */
            on_difference: "stop" | "continue";
            /**
             * @description Where the requests are sent; a path in it goes before theirs.
             * @example http://127.0.0.1:3000
             */
            target: string;
        };
        ResumeWish: {
            /**
             * @description Keep order for each value of :id only, and run them side by side.
             * @default []
             */
            lanes: string[];
            /**
             * @description How many requests are out at once; 1 is serial.
             * @default 16
             */
            concurrency: number;
            /**
             * @description How far the clocks of recorders on different hosts may be apart.
             * @default 50
             */
            clock_tolerance_ms: number;
            /**
             * @description So many times as fast as it was recorded; null: as fast as order allows.
             * @default null
             */
            speed: number | null;
            /**
             * @description Requests a second at most.
             * @default null
             */
            rate: number | null;
            /**
             * @default stop
             * @enum {string}
             */
            on_failure: "stop" | "continue";
            /**
             * @default continue
             * @enum {string}
             */
            on_difference: "stop" | "continue";
            /**
             * @description What is done with requests that may have been under way when its process died; stop: nothing is sent, they are listed.
             * @default stop
             * @enum {string}
             */
            in_flight: "stop" | "skip" | "send";
        };
        /** @description Null: that run has no attempt of the entry. */
        Contrast: {
            /** @description Hand the last one back as `after`. */
            entry: number;
            one: {
                position: number;
                /** @enum {string} */
                outcome: "sending" | "same" | "differs" | "failed" | "skipped" | "in_doubt";
                status: number | null;
            } | null;
            other: {
                position: number;
                /** @enum {string} */
                outcome: "sending" | "same" | "differs" | "failed" | "skipped" | "in_doubt";
                status: number | null;
            } | null;
            /** @enum {string} */
            answers: "same" | "different";
        };
        /** @description Null takes it back. */
        Settlement: {
            /** @enum {string|null} */
            settlement: "applied" | "not_applied" | null;
        };
        Epoch: {
            stream: string;
            /** @description From 1. Hand the last one back as `before`. */
            number: number;
            /**
             * @description Restoring: its state was lost, and clients are kept away. Failed: it could not be put back, and nobody tries again before he is told to.
             * @enum {string}
             */
            phase: "open" | "restoring" | "failed";
            /** @description What tells this life from others; null: nobody knows. */
            boot: string | null;
            /** @description What told that the life before was over. */
            sign: string;
            /** Format: date-time */
            began_at: string;
            /** @description Which process restores it; null: none does. */
            holder: string | null;
            /** @description Whether somebody had it restored, the last time that was begun: then nobody tries again by himself. */
            by_hand: boolean;
            /** @description That puts its state back, or did. */
            run: number | null;
            /** Format: date-time */
            run_began_at: string | null;
            /** Format: date-time */
            run_ended_at: string | null;
            /**
             * @description Given up: somebody let clients in by hand.
             * @enum {string|null}
             */
            outcome: "restored" | "differs" | "failed" | "given_up" | null;
            detail: string | null;
            findings: components["schemas"]["EpochFindings"];
            /** Format: date-time */
            ended_at: string | null;
            /** @description Shut: from the notice until clients were let in, or it failed. Of that: waited until the run began, replayed, and proved. Null: not over, or never begun. */
            seconds: {
                shut: number | null;
                waited: number | null;
                replayed: number | null;
                proved: number | null;
            };
        };
        /** @description What its restore left to look at. */
        EpochFindings: {
            /** @description The first that were not answered as recorded, or not at all. */
            entries: {
                id: number;
                /** @enum {string} */
                outcome: "sending" | "same" | "differs" | "failed" | "skipped" | "in_doubt";
                detail: string | null;
            }[];
            /** @description How many more of them there are. */
            unlisted: number;
            probes: {
                probe: string;
                /** @enum {string} */
                outcome: "restored" | "differs" | "unknown";
                detail: string | null;
            }[];
        } | null;
        /** @description What told that the state is lost, for people. */
        EpochWish: {
            /** @example the pod was replaced */
            why: string;
        };
        RestoreWish: {
            /**
             * @description Which of the upstreams that the stream was recorded in front of; needed where there are several.
             * @example http://127.0.0.1:3000
             */
            target?: string;
            /**
             * @description What is done with entries of which it is not known whether they were applied; stop: it fails. Default: as the service is set (`--restore-in-doubt`).
             * @enum {string}
             */
            in_doubt?: "stop" | "skip" | "send";
            /**
             * @description What is done with requests that were under way when a process that restored was killed; stop: it fails. Default: as the service is set (`--restore-in-flight`).
             * @enum {string}
             */
            in_flight?: "stop" | "skip" | "send";
        };
        Checkpoint: {
            stream: string;
            /** @description Within the stream, from 1; none is given twice. */
            number: number;
            /** @description That it stands at: the last that is left out. */
            entry: number;
            /**
             * Format: date-time
             * @description Where that entry stands in the order.
             */
            ordered_at: string;
            /** Format: date-time */
            set_at: string;
            /** @description Null: nobody that is known. */
            set_by: string | null;
            note: string | null;
        };
        CheckpointSet: {
            checkpoint: components["schemas"]["Checkpoint"];
            /** @description Entries in doubt before it that nobody settled: whether the backend has what they did is not asked by a restore any more. */
            in_doubt: number;
        };
        CheckpointWish: {
            /**
             * Format: date-time
             * @description The id of the entry that is the last to be left out, or a moment: the last entry by then. Default: the newest entry.
             */
            at?: number | string;
            /** @description Why, for people. */
            note?: string;
        };
        VerifiedRules: {
            stream: string;
            /** @description SHA-256 of their normal form, in hex. */
            digest: string;
            /** @description In their normal form. */
            rules: string[];
            /** @description The newest entry of the plans that showed it. */
            entry: number;
            /** @description Entries of the whole plan. */
            planned: number;
            /** @description How many of them the other plan left out. */
            left_out: number;
            whole_run: number;
            compact_run: number;
            /** Format: date-time */
            verified_at: string;
            /** @description Null: nobody that is known. */
            verified_by: string | null;
        };
        Recorder: {
            stream: string;
            /** Format: uuid */
            id: string;
            target: string;
            /** @enum {string} */
            durability: "async" | "commit" | "intent";
            /** @enum {string} */
            when_unrecordable: "refuse" | "pass";
            host: string;
            pid: number;
            version: string;
            /**
             * @description Silent: its lease has run out, and nobody has closed it yet.
             * @enum {string}
             */
            state: "alive" | "silent" | "stopped" | "closed";
            /** Format: date-time */
            started_at: string;
            /** Format: date-time */
            lease_until: string | null;
            /** Format: date-time */
            ended_at: string | null;
            /**
             * Format: date-time
             * @description When the latest of its entries arrived that is in the journal.
             */
            latest_at: string | null;
            /** @description The highest that it said to have given. */
            last_number: number;
            /** @description What it said to have in its spool. */
            spooled_records: number;
            spooled_bytes: number;
        };
        /** @description Of the journal on the disk, indexes included. */
        Size: {
            bytes: number;
            weeks: {
                /** Format: date-time */
                since: string;
                bytes: number;
            }[];
        };
        Audit: {
            /**
             * @description Broken: something is missing, in two places or damaged. Counted: something was lost and counted, or waits in a spool.
             * @enum {string}
             */
            verdict: "whole" | "counted" | "broken";
            recorders: {
                stream: string;
                /** Format: uuid */
                recorder: string;
                host: string;
                /** @enum {string} */
                presence: "running" | "ended";
                forwarded: number;
                recorded: number;
                /** @description By reason. */
                excluded: {
                    [key: string]: number;
                };
                in_doubt: number;
                unsettled: number;
                lost: number;
                open: number;
                /** @description In a spool that a dead process left on this machine. */
                waiting: number;
                under_way: number;
                missing: {
                    first: number;
                    last: number;
                    /** Format: date-time */
                    after: string | null;
                    /** Format: date-time */
                    before: string | null;
                }[];
                /** @description Where the sum holds, as many as were forwarded. */
                total: number;
                duplicates: number[];
                damaged: {
                    entry: number;
                    /** @enum {string} */
                    side: "request" | "response";
                }[];
            }[];
            spools: {
                stream: string;
                /** @enum {string} */
                state: "running" | "left";
                /** @description Null of one that is in use. */
                records: number | null;
                bytes: number | null;
                damaged: number;
            }[];
        };
        ProblemTypes: {
            problems: {
                type: string;
                title: string;
                /** @enum {string} */
                code: "settings_invalid" | "journal_unreachable" | "journal_newer" | "journal_missing" | "journal_refused" | "recorder_fenced" | "spool_unavailable" | "body_damaged" | "stream_unknown" | "entry_unknown" | "selection_empty" | "doubt_none" | "service_ending" | "run_unknown" | "run_driven" | "run_undriven" | "run_limit" | "run_over" | "run_in_doubt" | "checkpoint_unknown" | "rules_unproven" | "epoch_unknown" | "epoch_open" | "epoch_lost" | "embedded_unavailable" | "host_refused" | "worker_failed" | "listen_failed" | "target_away" | "reset_failed" | "target_not_allowed" | "login_failed" | "hook_failed" | "input_invalid" | "address_unknown" | "method_refused" | "input_too_large" | "requests_exceeded" | "streams_exceeded" | "credentials_missing" | "credentials_wrong" | "role_insufficient" | "origin_refused" | "file_invalid" | "file_damaged" | "file_sealed" | "file_unusable" | "stream_taken" | "command_failed" | "failures_exceeded" | "internal";
            }[];
        };
        Readiness: {
            ready: boolean;
            checks: {
                /** @enum {string} */
                name: "journal" | "migration";
                /** @enum {string} */
                state: "ready" | "not_ready";
                detail?: string;
            }[];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    readSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Who asks. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Who"];
                };
            };
            /** @description It is not known who asks. */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Whoever asks may not do this, or the request may be the doing of another site. */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much of one client at once, or too many wrong credentials. */
            429: {
                headers: {
                    "Retry-After": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    signIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignIn"];
            };
        };
        responses: {
            /** @description Who asks. */
            200: {
                headers: {
                    "Set-Cookie": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Who"];
                };
            };
            /** @description A problem (RFC 9457). */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It is not known who asks. */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Whoever asks may not do this, or the request may be the doing of another site. */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much of one client at once, or too many wrong credentials. */
            429: {
                headers: {
                    "Retry-After": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    signOut: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It has ended. */
            204: {
                headers: {
                    "Set-Cookie": string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It is not known who asks. */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Whoever asks may not do this, or the request may be the doing of another site. */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much of one client at once, or too many wrong credentials. */
            429: {
                headers: {
                    "Retry-After": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            503: {
                headers: {
                    "Set-Cookie": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDeeds: {
        parameters: {
            query?: {
                /** @description Whoever is called exactly so. */
                who?: string;
                /** @description Deeds. Several with commas. */
                action?: string;
                stream?: string;
                before?: number;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        deeds: components["schemas"]["Deed"][];
                    };
                };
            };
            /** @description A problem (RFC 9457). */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It is not known who asks. */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Whoever asks may not do this, or the request may be the doing of another site. */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much of one client at once, or too many wrong credentials. */
            429: {
                headers: {
                    "Retry-After": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listEntries: {
        parameters: {
            query?: {
                /** @description Entries of this stream. */
                stream?: string;
                /** @description Entries of these ids. Several with commas. */
                id?: string;
                /** @description Entries from this id on. */
                id__gte?: number;
                /** @description Entries up to this id. */
                id__lte?: number;
                /** @description Methods. Several with commas. */
                method?: string;
                /** @description Paths: /exact, /prefix/* or a glob. Several with commas. */
                path?: string;
                /** @description Paths to leave out. Several with commas. */
                excluded_path?: string;
                /** @description Recorded answers. Several with commas. */
                status?: string;
                /** @description Verdicts. Several with commas. */
                verdict?: string;
                /** @description Of what was in doubt: only what is settled, or nothing that is. verdict=in_doubt&settled=no is what has to be settled. */
                settled?: string;
                /** @description Labels. Several with commas. */
                label?: string;
                /** @description Users, as far as requests told. Several with commas. */
                user?: string;
                /** @description Addresses of clients. Several with commas. */
                client?: string;
                /** @description Stands in the target or in a body of up to 4 MiB, byte for byte as on the wire, so not in one that is compressed. Reads every body that the rest of the filter leaves: /api/search does so a window at a time. */
                text?: string;
                /** @description Arrived at or after. */
                since?: string;
                /** @description Arrived before. */
                until?: string;
                /** @description By place in the stream's order, or by id; with - the latest first. */
                order?: "order" | "-order" | "id" | "-id";
                /** @description Columns to answer, among id, stream, recorder, number, verdict, cause, delivery, settled, label, arrived_at, answered_at, method, target, http_version, client_address, user_agent, user_name, content_type, trace_id, request_headers, request_trailers, withheld, request_length, request_capture, status, reason, response_headers, response_length, response_capture. Several with commas. */
                columns?: string;
                limit?: number;
                /** @description What `next` of the page before said. */
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EntryPage"];
                };
            };
            /** @description A problem (RFC 9457). */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It is not known who asks. */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Whoever asks may not do this, or the request may be the doing of another site. */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much of one client at once, or too many wrong credentials. */
            429: {
                headers: {
                    "Retry-After": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    labelEntries: {
        parameters: {
            query?: {
                /** @description Entries of this stream. */
                stream?: string;
                /** @description Entries of these ids. Several with commas. */
                id?: string;
                /** @description Entries from this id on. */
                id__gte?: number;
                /** @description Entries up to this id. */
                id__lte?: number;
                /** @description Methods. Several with commas. */
                method?: string;
                /** @description Paths: /exact, /prefix/* or a glob. Several with commas. */
                path?: string;
                /** @description Paths to leave out. Several with commas. */
                excluded_path?: string;
                /** @description Recorded answers. Several with commas. */
                status?: string;
                /** @description Verdicts. Several with commas. */
                verdict?: string;
                /** @description Of what was in doubt: only what is settled, or nothing that is. verdict=in_doubt&settled=no is what has to be settled. */
                settled?: string;
                /** @description Labels. Several with commas. */
                label?: string;
                /** @description Users, as far as requests told. Several with commas. */
                user?: string;
                /** @description Addresses of clients. Several with commas. */
                client?: string;
                /** @description Stands in the target or in a body of up to 4 MiB, byte for byte as on the wire, so not in one that is compressed. Reads every body that the rest of the filter leaves: /api/search does so a window at a time. */
                text?: string;
                /** @description Arrived at or after. */
                since?: string;
                /** @description Arrived before. */
                until?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Label"];
            };
        };
        responses: {
            /** @description How many changed. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Labelled"];
                };
            };
            /** @description A problem (RFC 9457). */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It is not known who asks. */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Whoever asks may not do this, or the request may be the doing of another site. */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much of one client at once, or too many wrong credentials. */
            429: {
                headers: {
                    "Retry-After": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readEntry: {
        parameters: {
            query?: never;
            header?: {
                /** @description An ETag that was answered. */
                "if-none-match"?: string;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The entry. */
            200: {
                headers: {
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WholeEntry"];
                };
            };
            /** @description It is as If-None-Match says. */
            304: {
                headers: {
                    ETag: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem (RFC 9457). */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It is not known who asks. */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Whoever asks may not do this, or the request may be the doing of another site. */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much of one client at once, or too many wrong credentials. */
            429: {
                headers: {
                    "Retry-After": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    labelEntry: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Label"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Labelled"];
                };
            };
            /** @description A problem (RFC 9457). */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It is not known who asks. */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Whoever asks may not do this, or the request may be the doing of another site. */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much of one client at once, or too many wrong credentials. */
            429: {
                headers: {
                    "Retry-After": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readBody: {
        parameters: {
            query?: {
                /** @description `undone`: without its content codings, where those are known. */
                coding?: "kept" | "undone";
            };
            header?: {
                /** @description An ETag that was answered. */
                "if-none-match"?: string;
            };
            path: {
                id: number;
                side: "request" | "response";
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The bytes. */
            200: {
                headers: {
                    ETag: string;
                    "Content-Disposition": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description It is as If-None-Match says. */
            304: {
                headers: {
                    ETag: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem (RFC 9457). */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It is not known who asks. */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Whoever asks may not do this, or the request may be the doing of another site. */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much of one client at once, or too many wrong credentials. */
            429: {
                headers: {
                    "Retry-After": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    copyEntry: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
                form: "curl" | "fetch" | "httpie";
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The text. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description A problem (RFC 9457). */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It is not known who asks. */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Whoever asks may not do this, or the request may be the doing of another site. */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much of one client at once, or too many wrong credentials. */
            429: {
                headers: {
                    "Retry-After": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listLabels: {
        parameters: {
            query?: {
                /** @description Entries of this stream. */
                stream?: string;
                /** @description Entries of these ids. Several with commas. */
                id?: string;
                /** @description Entries from this id on. */
                id__gte?: number;
                /** @description Entries up to this id. */
                id__lte?: number;
                /** @description Methods. Several with commas. */
                method?: string;
                /** @description Paths: /exact, /prefix/* or a glob. Several with commas. */
                path?: string;
                /** @description Paths to leave out. Several with commas. */
                excluded_path?: string;
                /** @description Recorded answers. Several with commas. */
                status?: string;
                /** @description Verdicts. Several with commas. */
                verdict?: string;
                /** @description Of what was in doubt: only what is settled, or nothing that is. verdict=in_doubt&settled=no is what has to be settled. */
                settled?: string;
                /** @description Labels. Several with commas. */
                label?: string;
                /** @description Users, as far as requests told. Several with commas. */
                user?: string;
                /** @description Addresses of clients. Several with commas. */
                client?: string;
                /** @description Stands in the target or in a body of up to 4 MiB, byte for byte as on the wire, so not in one that is compressed. Reads every body that the rest of the filter leaves: /api/search does so a window at a time. */
                text?: string;
                /** @description Arrived at or after. */
                since?: string;
                /** @description Arrived before. */
                until?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The most borne first, a thousand at most. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LabelCounts"];
                };
            };
            /** @description A problem (RFC 9457). */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It is not known who asks. */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Whoever asks may not do this, or the request may be the doing of another site. */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much of one client at once, or too many wrong credentials. */
            429: {
                headers: {
                    "Retry-After": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    showSecrets: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What is hidden elsewhere. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EntrySecrets"];
                };
            };
            /** @description A problem (RFC 9457). */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It is not known who asks. */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Whoever asks may not do this, or the request may be the doing of another site. */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much of one client at once, or too many wrong credentials. */
            429: {
                headers: {
                    "Retry-After": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    showSecretBody: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
                side: "request" | "response";
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The bytes. */
            200: {
                headers: {
                    "Content-Disposition": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description A problem (RFC 9457). */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It is not known who asks. */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Whoever asks may not do this, or the request may be the doing of another site. */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much of one client at once, or too many wrong credentials. */
            429: {
                headers: {
                    "Retry-After": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    searchEntries: {
        parameters: {
            query?: {
                /** @description Entries of this stream. */
                stream?: string;
                /** @description Entries of these ids. Several with commas. */
                id?: string;
                /** @description Entries from this id on. */
                id__gte?: number;
                /** @description Entries up to this id. */
                id__lte?: number;
                /** @description Methods. Several with commas. */
                method?: string;
                /** @description Paths: /exact, /prefix/* or a glob. Several with commas. */
                path?: string;
                /** @description Paths to leave out. Several with commas. */
                excluded_path?: string;
                /** @description Recorded answers. Several with commas. */
                status?: string;
                /** @description Verdicts. Several with commas. */
                verdict?: string;
                /** @description Of what was in doubt: only what is settled, or nothing that is. verdict=in_doubt&settled=no is what has to be settled. */
                settled?: string;
                /** @description Labels. Several with commas. */
                label?: string;
                /** @description Users, as far as requests told. Several with commas. */
                user?: string;
                /** @description Addresses of clients. Several with commas. */
                client?: string;
                /** @description Stands in the target or in a body of up to 4 MiB, byte for byte as on the wire, so not in one that is compressed. Reads every body that the rest of the filter leaves: /api/search does so a window at a time. */
                text?: string;
                /** @description Arrived at or after. */
                since?: string;
                /** @description Arrived before. */
                until?: string;
                /** @description By place in the stream's order, or by id; with - the latest first. */
                order?: "order" | "-order" | "id" | "-id";
                /** @description Columns to answer, among id, stream, recorder, number, verdict, cause, delivery, settled, label, arrived_at, answered_at, method, target, http_version, client_address, user_agent, user_name, content_type, trace_id, request_headers, request_trailers, withheld, request_length, request_capture, status, reason, response_headers, response_length, response_capture. Several with commas. */
                columns?: string;
                limit?: number;
                /** @description What `next` of the page before said. */
                after?: string;
                /** @description Entries to look at one after the other, at most. */
                window?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was found in it. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SearchPage"];
                };
            };
            /** @description A problem (RFC 9457). */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It is not known who asks. */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Whoever asks may not do this, or the request may be the doing of another site. */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much of one client at once, or too many wrong credentials. */
            429: {
                headers: {
                    "Retry-After": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readTimeline: {
        parameters: {
            query?: {
                /** @description Entries of this stream. */
                stream?: string;
                /** @description Entries of these ids. Several with commas. */
                id?: string;
                /** @description Entries from this id on. */
                id__gte?: number;
                /** @description Entries up to this id. */
                id__lte?: number;
                /** @description Methods. Several with commas. */
                method?: string;
                /** @description Paths: /exact, /prefix/* or a glob. Several with commas. */
                path?: string;
                /** @description Paths to leave out. Several with commas. */
                excluded_path?: string;
                /** @description Recorded answers. Several with commas. */
                status?: string;
                /** @description Verdicts. Several with commas. */
                verdict?: string;
                /** @description Of what was in doubt: only what is settled, or nothing that is. verdict=in_doubt&settled=no is what has to be settled. */
                settled?: string;
                /** @description Labels. Several with commas. */
                label?: string;
                /** @description Users, as far as requests told. Several with commas. */
                user?: string;
                /** @description Addresses of clients. Several with commas. */
                client?: string;
                /** @description Stands in the target or in a body of up to 4 MiB, byte for byte as on the wire, so not in one that is compressed. Reads every body that the rest of the filter leaves: /api/search does so a window at a time. */
                text?: string;
                /** @description Arrived at or after. */
                since?: string;
                /** @description Arrived before. */
                until?: string;
                /** @description How many spans at most. */
                spans?: number;
                /** @description What `next` of the page before said. */
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The counts. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Timeline"];
                };
            };
            /** @description A problem (RFC 9457). */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It is not known who asks. */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Whoever asks may not do this, or the request may be the doing of another site. */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much of one client at once, or too many wrong credentials. */
            429: {
                headers: {
                    "Retry-After": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAttemptsOfEntry: {
        parameters: {
            query?: {
                limit?: number;
            };
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The attempts. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        attempts: components["schemas"]["EntryAttempt"][];
                    };
                };
            };
            /** @description A problem (RFC 9457). */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It is not known who asks. */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Whoever asks may not do this, or the request may be the doing of another site. */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much of one client at once, or too many wrong credentials. */
            429: {
                headers: {
                    "Retry-After": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    followEntries: {
        parameters: {
            query?: {
                /** @description Entries of this stream. */
                stream?: string;
                /** @description Entries of these ids. Several with commas. */
                id?: string;
                /** @description Entries from this id on. */
                id__gte?: number;
                /** @description Entries up to this id. */
                id__lte?: number;
                /** @description Methods. Several with commas. */
                method?: string;
                /** @description Paths: /exact, /prefix/* or a glob. Several with commas. */
                path?: string;
                /** @description Paths to leave out. Several with commas. */
                excluded_path?: string;
                /** @description Recorded answers. Several with commas. */
                status?: string;
                /** @description Verdicts. Several with commas. */
                verdict?: string;
                /** @description Of what was in doubt: only what is settled, or nothing that is. verdict=in_doubt&settled=no is what has to be settled. */
                settled?: string;
                /** @description Labels. Several with commas. */
                label?: string;
                /** @description Users, as far as requests told. Several with commas. */
                user?: string;
                /** @description Addresses of clients. Several with commas. */
                client?: string;
                /** @description Stands in the target or in a body of up to 4 MiB, byte for byte as on the wire, so not in one that is compressed. Reads every body that the rest of the filter leaves: /api/search does so a window at a time. */
                text?: string;
                /** @description Arrived at or after. */
                since?: string;
                /** @description Arrived before. */
                until?: string;
                /** @description Columns to answer, among id, stream, recorder, number, verdict, cause, delivery, settled, label, arrived_at, answered_at, method, target, http_version, client_address, user_agent, user_name, content_type, trace_id, request_headers, request_trailers, withheld, request_length, request_capture, status, reason, response_headers, response_length, response_capture. Several with commas. */
                columns?: string;
                /** @description Entries with a higher id are new. Default: those that come from now on. */
                after_id?: number;
            };
            header?: {
                /** @description Of the last event that came, where a stream was broken: it goes on from there. */
                "last-event-id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The events. */
            200: {
                headers: {
                    "X-Accel-Buffering": string;
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description A problem (RFC 9457). */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It is not known who asks. */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Whoever asks may not do this, or the request may be the doing of another site. */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much of one client at once, or too many wrong credentials. */
            429: {
                headers: {
                    "Retry-After": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listStreams: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description By name. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        streams: components["schemas"]["Stream"][];
                    };
                };
            };
            /** @description It is not known who asks. */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Whoever asks may not do this, or the request may be the doing of another site. */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much of one client at once, or too many wrong credentials. */
            429: {
                headers: {
                    "Retry-After": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    clearStream: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                stream: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Confirmation"];
            };
        };
        responses: {
            /** @description How many entries went. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Removed"];
                };
            };
            /** @description A problem (RFC 9457). */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It is not known who asks. */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Whoever asks may not do this, or the request may be the doing of another site. */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much of one client at once, or too many wrong credentials. */
            429: {
                headers: {
                    "Retry-After": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listRuns: {
        parameters: {
            query?: {
                stream?: string;
                /** @description States. Several with commas. */
                state?: string;
                /** @description Stands in the target or in the selection, in upper or lower case. */
                text?: string;
                /** @description Begun at or after. */
                since?: string;
                /** @description Begun before. */
                until?: string;
                before?: number;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        runs: components["schemas"]["Run"][];
                    };
                };
            };
            /** @description A problem (RFC 9457). */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It is not known who asks. */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Whoever asks may not do this, or the request may be the doing of another site. */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much of one client at once, or too many wrong credentials. */
            429: {
                headers: {
                    "Retry-After": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    startRun: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RunWish"];
            };
        };
        responses: {
            /** @description It has begun. */
            201: {
                headers: {
                    Location: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DrivenRun"];
                };
            };
            /** @description A problem (RFC 9457). */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It is not known who asks. */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Whoever asks may not do this, or the request may be the doing of another site. */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much of one client at once, or too many wrong credentials. */
            429: {
                headers: {
                    "Retry-After": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readRun: {
        parameters: {
            query?: never;
            header?: {
                /** @description An ETag that was answered. */
                "if-none-match"?: string;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The run. */
            200: {
                headers: {
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DrivenRun"];
                };
            };
            /** @description It is as If-None-Match says. */
            304: {
                headers: {
                    ETag: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem (RFC 9457). */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It is not known who asks. */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Whoever asks may not do this, or the request may be the doing of another site. */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much of one client at once, or too many wrong credentials. */
            429: {
                headers: {
                    "Retry-After": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAttempts: {
        parameters: {
            query?: {
                /** @description Outcomes. Several with commas. */
                outcome?: string;
                after?: number;
                limit?: number;
            };
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        attempts: components["schemas"]["Attempt"][];
                    };
                };
            };
            /** @description A problem (RFC 9457). */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It is not known who asks. */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Whoever asks may not do this, or the request may be the doing of another site. */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much of one client at once, or too many wrong credentials. */
            429: {
                headers: {
                    "Retry-After": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAliases: {
        parameters: {
            query?: {
                /** @description All that its answer had, in place of a page. */
                entry?: number;
                after?: number;
                limit?: number;
            };
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        aliases: components["schemas"]["Alias"][];
                    };
                };
            };
            /** @description A problem (RFC 9457). */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It is not known who asks. */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Whoever asks may not do this, or the request may be the doing of another site. */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much of one client at once, or too many wrong credentials. */
            429: {
                headers: {
                    "Retry-After": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    explainEntry: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
                entry: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Its values. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Values"];
                };
            };
            /** @description A problem (RFC 9457). */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It is not known who asks. */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Whoever asks may not do this, or the request may be the doing of another site. */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much of one client at once, or too many wrong credentials. */
            429: {
                headers: {
                    "Retry-After": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    makePlan: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PlanWish"];
            };
        };
        responses: {
            /** @description The plan. Nothing is sent. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Plan"];
                };
            };
            /** @description A problem (RFC 9457). */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It is not known who asks. */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Whoever asks may not do this, or the request may be the doing of another site. */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much of one client at once, or too many wrong credentials. */
            429: {
                headers: {
                    "Retry-After": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resumeRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ResumeWish"];
            };
        };
        responses: {
            /** @description It goes on. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DrivenRun"];
                };
            };
            /** @description A problem (RFC 9457). */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It is not known who asks. */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Whoever asks may not do this, or the request may be the doing of another site. */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much of one client at once, or too many wrong credentials. */
            429: {
                headers: {
                    "Retry-After": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pauseRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The run. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DrivenRun"];
                };
            };
            /** @description A problem (RFC 9457). */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It is not known who asks. */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Whoever asks may not do this, or the request may be the doing of another site. */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much of one client at once, or too many wrong credentials. */
            429: {
                headers: {
                    "Retry-After": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    continueRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The run. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DrivenRun"];
                };
            };
            /** @description A problem (RFC 9457). */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It is not known who asks. */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Whoever asks may not do this, or the request may be the doing of another site. */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much of one client at once, or too many wrong credentials. */
            429: {
                headers: {
                    "Retry-After": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    stopRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The run. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DrivenRun"];
                };
            };
            /** @description A problem (RFC 9457). */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It is not known who asks. */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Whoever asks may not do this, or the request may be the doing of another site. */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much of one client at once, or too many wrong credentials. */
            429: {
                headers: {
                    "Retry-After": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    watchRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The events. */
            200: {
                headers: {
                    "X-Accel-Buffering": string;
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description A problem (RFC 9457). */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It is not known who asks. */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Whoever asks may not do this, or the request may be the doing of another site. */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much of one client at once, or too many wrong credentials. */
            429: {
                headers: {
                    "Retry-After": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    compareRuns: {
        parameters: {
            query?: {
                /** @description `outcome`: only where the outcomes are two. */
                by?: "any" | "outcome";
                after?: number;
                limit?: number;
            };
            header?: never;
            path: {
                id: number;
                other: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        contrasts: components["schemas"]["Contrast"][];
                    };
                };
            };
            /** @description A problem (RFC 9457). */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It is not known who asks. */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Whoever asks may not do this, or the request may be the doing of another site. */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much of one client at once, or too many wrong credentials. */
            429: {
                headers: {
                    "Retry-After": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    settleEntry: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Settlement"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Changed"];
                };
            };
            /** @description A problem (RFC 9457). */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It is not known who asks. */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Whoever asks may not do this, or the request may be the doing of another site. */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much of one client at once, or too many wrong credentials. */
            429: {
                headers: {
                    "Retry-After": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    settleEntries: {
        parameters: {
            query?: {
                /** @description Entries of these ids. Several with commas. */
                id?: string;
                /** @description Entries from this id on. */
                id__gte?: number;
                /** @description Entries up to this id. */
                id__lte?: number;
                /** @description Methods. Several with commas. */
                method?: string;
                /** @description Paths: /exact, /prefix/* or a glob. Several with commas. */
                path?: string;
                /** @description Paths to leave out. Several with commas. */
                excluded_path?: string;
                /** @description Recorded answers. Several with commas. */
                status?: string;
                /** @description Labels. Several with commas. */
                label?: string;
                /** @description Users, as far as requests told. Several with commas. */
                user?: string;
                /** @description Addresses of clients. Several with commas. */
                client?: string;
                /** @description Stands in the target or in a body of up to 4 MiB, byte for byte as on the wire, so not in one that is compressed. Reads every body that the rest of the filter leaves: /api/search does so a window at a time. */
                text?: string;
                /** @description Arrived at or after. */
                since?: string;
                /** @description Arrived before. */
                until?: string;
            };
            header?: never;
            path: {
                stream: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Settlement"];
            };
        };
        responses: {
            /** @description How many changed. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Changed"];
                };
            };
            /** @description A problem (RFC 9457). */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It is not known who asks. */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Whoever asks may not do this, or the request may be the doing of another site. */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much of one client at once, or too many wrong credentials. */
            429: {
                headers: {
                    "Retry-After": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listNewestEpochs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description By stream. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        epochs: components["schemas"]["Epoch"][];
                    };
                };
            };
            /** @description It is not known who asks. */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Whoever asks may not do this, or the request may be the doing of another site. */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much of one client at once, or too many wrong credentials. */
            429: {
                headers: {
                    "Retry-After": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    watchEpochs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The events. */
            200: {
                headers: {
                    "X-Accel-Buffering": string;
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description It is not known who asks. */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Whoever asks may not do this, or the request may be the doing of another site. */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much of one client at once, or too many wrong credentials. */
            429: {
                headers: {
                    "Retry-After": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listEpochs: {
        parameters: {
            query?: {
                before?: number;
                limit?: number;
            };
            header?: never;
            path: {
                stream: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        epochs: components["schemas"]["Epoch"][];
                    };
                };
            };
            /** @description A problem (RFC 9457). */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It is not known who asks. */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Whoever asks may not do this, or the request may be the doing of another site. */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much of one client at once, or too many wrong credentials. */
            429: {
                headers: {
                    "Retry-After": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    loseEpoch: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                stream: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EpochWish"];
            };
        };
        responses: {
            /** @description The life that begins. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Epoch"];
                };
            };
            /** @description A problem (RFC 9457). */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It is not known who asks. */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Whoever asks may not do this, or the request may be the doing of another site. */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much of one client at once, or too many wrong credentials. */
            429: {
                headers: {
                    "Retry-After": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retryEpoch: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                stream: string;
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is to be restored. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Epoch"];
                };
            };
            /** @description A problem (RFC 9457). */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It is not known who asks. */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Whoever asks may not do this, or the request may be the doing of another site. */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much of one client at once, or too many wrong credentials. */
            429: {
                headers: {
                    "Retry-After": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    restoreEpoch: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                stream: string;
                number: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RestoreWish"];
            };
        };
        responses: {
            /** @description It has begun. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Epoch"];
                };
            };
            /** @description A problem (RFC 9457). */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It is not known who asks. */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Whoever asks may not do this, or the request may be the doing of another site. */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much of one client at once, or too many wrong credentials. */
            429: {
                headers: {
                    "Retry-After": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    openEpoch: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                stream: string;
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is open. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Epoch"];
                };
            };
            /** @description A problem (RFC 9457). */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It is not known who asks. */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Whoever asks may not do this, or the request may be the doing of another site. */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much of one client at once, or too many wrong credentials. */
            429: {
                headers: {
                    "Retry-After": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listCheckpoints: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                stream: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        checkpoints: components["schemas"]["Checkpoint"][];
                    };
                };
            };
            /** @description A problem (RFC 9457). */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It is not known who asks. */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Whoever asks may not do this, or the request may be the doing of another site. */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much of one client at once, or too many wrong credentials. */
            429: {
                headers: {
                    "Retry-After": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setCheckpoint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                stream: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CheckpointWish"];
            };
        };
        responses: {
            /** @description It is set. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CheckpointSet"];
                };
            };
            /** @description A problem (RFC 9457). */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It is not known who asks. */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Whoever asks may not do this, or the request may be the doing of another site. */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much of one client at once, or too many wrong credentials. */
            429: {
                headers: {
                    "Retry-After": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeCheckpoint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                stream: string;
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was removed. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Checkpoint"];
                };
            };
            /** @description A problem (RFC 9457). */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It is not known who asks. */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Whoever asks may not do this, or the request may be the doing of another site. */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much of one client at once, or too many wrong credentials. */
            429: {
                headers: {
                    "Retry-After": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listVerifiedRules: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                stream: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        verified: components["schemas"]["VerifiedRules"][];
                    };
                };
            };
            /** @description A problem (RFC 9457). */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It is not known who asks. */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Whoever asks may not do this, or the request may be the doing of another site. */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much of one client at once, or too many wrong credentials. */
            429: {
                headers: {
                    "Retry-After": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listRecorders: {
        parameters: {
            query?: {
                stream?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Those that have not ended first; a thousand at most. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        recorders: components["schemas"]["Recorder"][];
                    };
                };
            };
            /** @description A problem (RFC 9457). */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It is not known who asks. */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Whoever asks may not do this, or the request may be the doing of another site. */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much of one client at once, or too many wrong credentials. */
            429: {
                headers: {
                    "Retry-After": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readSize: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description In bytes. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Size"];
                };
            };
            /** @description It is not known who asks. */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Whoever asks may not do this, or the request may be the doing of another site. */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much of one client at once, or too many wrong credentials. */
            429: {
                headers: {
                    "Retry-After": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    audit: {
        parameters: {
            query?: {
                stream?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The sum. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Audit"];
                };
            };
            /** @description A problem (RFC 9457). */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It is not known who asks. */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Whoever asks may not do this, or the request may be the doing of another site. */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much of one client at once, or too many wrong credentials. */
            429: {
                headers: {
                    "Retry-After": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It does. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "ok";
                        version: string;
                    };
                };
            };
            /** @description Whoever asks may not do this, or the request may be the doing of another site. */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much of one client at once, or too many wrong credentials. */
            429: {
                headers: {
                    "Retry-After": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readLiveness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "ok";
                    };
                };
            };
            /** @description Whoever asks may not do this, or the request may be the doing of another site. */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much of one client at once, or too many wrong credentials. */
            429: {
                headers: {
                    "Retry-After": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listProblems: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All there are. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemTypes"];
                };
            };
            /** @description Whoever asks may not do this, or the request may be the doing of another site. */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much of one client at once, or too many wrong credentials. */
            429: {
                headers: {
                    "Retry-After": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It can. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
            /** @description Whoever asks may not do this, or the request may be the doing of another site. */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much of one client at once, or too many wrong credentials. */
            429: {
                headers: {
                    "Retry-After": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It cannot, for what is not ready. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
        };
    };
    readMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The figures. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                    "application/openmetrics-text": string;
                };
            };
            /** @description It is not known who asks. */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Whoever asks may not do this, or the request may be the doing of another site. */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem (RFC 9457). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much of one client at once, or too many wrong credentials. */
            429: {
                headers: {
                    "Retry-After": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
