// Made from the service's own document by `npm run generate:client`; not to be changed by hand.

export interface paths {
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
    "/api/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Look through a window of entries for a text
         * @description Bounded work, whatever is found: ask again with `next` until it is null, or no more.
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
        post?: never;
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
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
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
                /** @description Secret request fields of which this service has no value. */
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
        Problem: {
            type: string;
            title: string;
            status: number;
            detail: string;
            code: string;
            hint?: string;
        };
        WholeEntry: components["schemas"]["Entry"] & {
            /** @description SHA-256 of what was kept of the body, in hex; null where that is nothing. */
            request_digest: string | null;
            request_body: components["schemas"]["Body"];
            /** @description SHA-256 of what was kept of the body, in hex; null where that is nothing. */
            response_digest: string | null;
            response_body: components["schemas"]["Body"];
        };
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
            /** @description Secret request fields of which this service has no value. */
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
        Changed: {
            changed: number;
        };
        Label: {
            label: string | null;
        };
        SearchPage: components["schemas"]["EntryPage"] & {
            /** @description How many entries were looked at. */
            scanned: number;
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
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
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
                /** @description Labels. Several with commas. */
                label?: string;
                /** @description Users, as far as requests told. Several with commas. */
                user?: string;
                /** @description Addresses of clients. Several with commas. */
                client?: string;
                /** @description Stands in the target or in a body of one piece, byte for byte as on the wire. Reads every body that the rest of the filter leaves: /api/search does so a window at a time. */
                text?: string;
                /** @description Arrived at or after. */
                since?: string;
                /** @description Arrived before. */
                until?: string;
                /** @description By place in the stream's order, or by id; with - the latest first. */
                order?: "order" | "-order" | "id" | "-id";
                /** @description Columns to answer, among id, stream, recorder, number, verdict, cause, delivery, settled, label, arrived_at, answered_at, method, target, http_version, client_address, user_agent, user_name, content_type, request_headers, request_trailers, withheld, request_length, request_capture, status, reason, response_headers, response_length, response_capture. Several with commas. */
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
                /** @description Labels. Several with commas. */
                label?: string;
                /** @description Users, as far as requests told. Several with commas. */
                user?: string;
                /** @description Addresses of clients. Several with commas. */
                client?: string;
                /** @description Stands in the target or in a body of one piece, byte for byte as on the wire. Reads every body that the rest of the filter leaves: /api/search does so a window at a time. */
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
            header?: never;
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
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WholeEntry"];
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
            query: {
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
                /** @description Labels. Several with commas. */
                label?: string;
                /** @description Users, as far as requests told. Several with commas. */
                user?: string;
                /** @description Addresses of clients. Several with commas. */
                client?: string;
                text: string;
                /** @description Arrived at or after. */
                since?: string;
                /** @description Arrived before. */
                until?: string;
                /** @description By place in the stream's order, or by id; with - the latest first. */
                order?: "order" | "-order" | "id" | "-id";
                /** @description Columns to answer, among id, stream, recorder, number, verdict, cause, delivery, settled, label, arrived_at, answered_at, method, target, http_version, client_address, user_agent, user_name, content_type, request_headers, request_trailers, withheld, request_length, request_capture, status, reason, response_headers, response_length, response_capture. Several with commas. */
                columns?: string;
                limit?: number;
                /** @description What `next` of the page before said. */
                after?: string;
                /** @description Entries to look at, at most. */
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
                /** @description Labels. Several with commas. */
                label?: string;
                /** @description Users, as far as requests told. Several with commas. */
                user?: string;
                /** @description Addresses of clients. Several with commas. */
                client?: string;
                /** @description Stands in the target or in a body of one piece, byte for byte as on the wire. Reads every body that the rest of the filter leaves: /api/search does so a window at a time. */
                text?: string;
                /** @description Arrived at or after. */
                since?: string;
                /** @description Arrived before. */
                until?: string;
                /** @description How many spans at most. */
                spans?: number;
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
                /** @description Labels. Several with commas. */
                label?: string;
                /** @description Users, as far as requests told. Several with commas. */
                user?: string;
                /** @description Addresses of clients. Several with commas. */
                client?: string;
                /** @description Stands in the target or in a body of one piece, byte for byte as on the wire. Reads every body that the rest of the filter leaves: /api/search does so a window at a time. */
                text?: string;
                /** @description Arrived at or after. */
                since?: string;
                /** @description Arrived before. */
                until?: string;
                /** @description Columns to answer, among id, stream, recorder, number, verdict, cause, delivery, settled, label, arrived_at, answered_at, method, target, http_version, client_address, user_agent, user_name, content_type, request_headers, request_trailers, withheld, request_length, request_capture, status, reason, response_headers, response_length, response_capture. Several with commas. */
                columns?: string;
                /** @description Entries with a higher id are new. Default: those that come from now on. */
                after_id?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The events. */
            200: {
                headers: {
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
            /** @description A problem (RFC 9457). */
            429: {
                headers: {
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
                    "application/json": components["schemas"]["Run"];
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
        };
    };
}
