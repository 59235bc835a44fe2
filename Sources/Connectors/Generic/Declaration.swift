import Domain

/// How a vendor's interface is asked and read: a declaration as it is understood.
package struct Declaration: Sendable {
    /// As people call the vendor.
    let name: String
    let base: VendorOrigin?
    let auth: Authentication
    /// Sent with every request.
    let headers: [(String, String)]
    let requestsPerMinute: Int
    /// Where an answer that is no success says why.
    let reason: FieldPath?
    /// In the order of reading.
    package let streams: [Stream]
    let actions: [String: Action]

    /// How requests say who we are.
    enum Authentication: Sendable {
        case none
        case bearer
        case basic
        /// A header of the vendor's, and what stands in it before the secret.
        case header(String, prefix: String)
        case clientCredentials(origin: VendorOrigin?, path: String, scope: String?)

        var needsSecret: Bool { if case .none = self { false } else { true } }

        var needsUser: Bool {
            switch self {
            case .basic, .clientCredentials: true
            case .none, .bearer, .header: false
            }
        }
    }

    /// A request with places for what is known later.
    struct Request: Sendable {
        var method: String
        var path: GenericTemplate
        var query: [(String, GenericTemplate)]
        var body: BodyTemplate?
    }

    /// One kind of record and its listing.
    package struct Stream: Sendable {
        enum Format: String, CaseIterable { case json, ndjson }

        package let stream: ConnectorStream
        let permission: String
        let request: Request
        let format: Format
        /// Where the list of records stands; nil: the answer is the list.
        let records: FieldPath?
        let paging: Paging
        /// How the newest known change is written; nil where only everything can be asked for.
        let changes: MomentForm?
        /// Whether pages come in the order of changes.
        let isOrdered: Bool
        let fields: [(name: String, rule: FieldRule)]
    }

    /// How one page leads to the next.
    struct Paging: Sendable {
        enum Style: String, CaseIterable { case none, page, offset, cursor, link, url }

        var style = Style.none
        var first = 1
        /// Records of a page.
        var size: Int?
        /// Where the cursor or the address of the next page stands.
        var next: FieldPath?
        /// Where the answer says whether there is more.
        var more: FieldPath?
    }

    /// One thing that can be done.
    struct Action: Sendable {
        let request: Request
        /// Where the answer names what was begun.
        let reference: FieldPath?
        /// The vendor's words for what is to be set.
        let words: [String: String]
        let status: Status?
    }

    /// How an action that was begun is followed.
    struct Status: Sendable {
        static let words = ["pending", "in_progress", "completed", "failed"]

        let request: Request
        let state: FieldRule
        let message: FieldPath?
    }
}

/// How moments are written.
enum MomentForm: String, Sendable, CaseIterable {
    case rfc3339
    /// With milliseconds.
    case rfc3339Milliseconds = "rfc3339_ms"
    /// `2026-03-01 12:00:00` or with a T, in UTC.
    case utc
    /// `2026-03-01`
    case day
    case epochSeconds = "epoch_s"
    case epochMilliseconds = "epoch_ms"
}
