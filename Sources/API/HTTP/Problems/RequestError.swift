import Domain
import HTTPTypes

/// What can be wrong with a request before or while it is answered, whatever the route.
public enum RequestError: UserFacingError, Hashable {
    case malformedJSON(offset: Int, reason: String)
    case invalidUTF8(offset: Int)
    case tooDeep(offset: Int)
    case duplicateField(String, offset: Int)
    case invalidField(name: String, message: String)
    case unknownField(name: String, message: String)
    case missingField(name: String)
    case unknownParameter(name: String, allowed: [String])
    case duplicateParameter(name: String)
    case invalidParameter(name: String, rule: String)
    case missingParameter(name: String)
    case malformedCursor
    case unsupportedMediaType(expected: [String])
    case tooLarge(limit: Int)
    case bodyUnreadable
    case bodyTimedOut
    case timedOut
    case noSuchPath
    case methodNotAllowed([String])
    case rateLimited(retryAfter: Int)
    case tooManyFailures(retryAfter: Int)
    case invalidIdempotencyKey
    case idempotencyKeyReused
    case idempotencyInProgress
    case crossSite
    case signInRequired
    case invalidCredentials
    case notPermitted(needed: String, role: String)
    /// The thing named in the path does not exist, or belongs to another tenant.
    case notFound(String)

    public var code: String {
        switch self {
        case .malformedJSON: "request.malformed_json"
        case .invalidUTF8: "request.invalid_utf8"
        case .tooDeep: "request.too_deep"
        case .duplicateField: "request.duplicate_field"
        case .invalidField: "request.invalid_field"
        case .unknownField: "request.unknown_field"
        case .missingField: "request.missing_field"
        case .unknownParameter: "request.unknown_parameter"
        case .duplicateParameter: "request.duplicate_parameter"
        case .invalidParameter: "request.invalid_parameter"
        case .missingParameter: "request.missing_parameter"
        case .malformedCursor: "request.malformed_cursor"
        case .unsupportedMediaType: "request.unsupported_media_type"
        case .tooLarge: "request.too_large"
        case .bodyUnreadable: "request.body_unreadable"
        case .bodyTimedOut: "request.body_timed_out"
        case .timedOut: "request.timed_out"
        case .noSuchPath: "path.unknown"
        case .methodNotAllowed: "method.not_allowed"
        case .rateLimited: "rate.exceeded"
        case .tooManyFailures: "sign_in.too_many_failures"
        case .invalidIdempotencyKey: "idempotency_key.invalid"
        case .idempotencyKeyReused: "idempotency_key.reused"
        case .idempotencyInProgress: "idempotency_key.in_progress"
        case .crossSite: "csrf.rejected"
        case .signInRequired: "authentication.required"
        case .invalidCredentials: "authentication.invalid"
        case .notPermitted: "permission.denied"
        case .notFound(let noun): "\(noun).not_found"
        }
    }

    public var message: String {
        switch self {
        case .malformedJSON(let offset, let reason): "The body is not JSON: at byte \(offset), \(reason)."
        case .invalidUTF8(let offset): "The body is not UTF-8: at byte \(offset). Send text encoded as UTF-8."
        case .tooDeep(let offset):
            "The body nests more than \(JSONParser.maximumDepth) levels at byte \(offset). Send a flatter document."
        case .duplicateField(let name, let offset):
            "The field \(name) is there twice, again at byte \(offset). Send it once."
        case .invalidField(_, let message), .unknownField(_, let message): message
        case .missingField(let name): "The field \(name) is missing."
        case .unknownParameter(let name, let allowed):
            allowed.isEmpty
                ? "The query parameter \(name) is not known here; this path takes none."
                : "The query parameter \(name) is not known here. The parameters are: \(allowed.joined(separator: ", "))."
        case .duplicateParameter(let name): "The query parameter \(name) is there twice. Send it once."
        case .invalidParameter(let name, let rule): "The parameter \(name) \(rule)."
        case .missingParameter(let name): "The parameter \(name) is missing."
        case .malformedCursor:
            "The cursor is not one of this list. Take it unchanged from the Link header of the page before, with the same sort."
        case .unsupportedMediaType(let expected):
            "The body's Content-Type is not one that this path takes. Send \(expected.joined(separator: " or "))."
        case .tooLarge(let limit):
            "The body is larger than the \(limit) bytes that this path takes. Send it in smaller parts."
        case .bodyUnreadable: "The connection ended or broke HTTP in the middle of the body. Send the request again."
        case .bodyTimedOut:
            "The body did not arrive in time. Send the request again over a faster connection or in smaller parts."
        case .timedOut: "The server did not finish in time and gave up the work. Ask for less, or try again later."
        case .noSuchPath: "There is nothing at this path. /docs lists every path."
        case .methodNotAllowed(let methods): "This path takes \(methods.joined(separator: ", ")) only."
        case .tooManyFailures(let seconds):
            "Too many wrong passwords for this account or from this address. Wait \(seconds) seconds, then try again."
        case .rateLimited(let seconds): "Too many requests. Wait \(seconds) seconds, then send fewer a second."
        case .invalidIdempotencyKey: "The Idempotency-Key must have 1 to 255 visible ASCII characters."
        case .idempotencyKeyReused:
            "The Idempotency-Key was used for another request. Use a new key for a new request, and the same body when repeating one."
        case .idempotencyInProgress:
            "A request with this Idempotency-Key is still being answered. Ask again in a moment."
        case .crossSite:
            "The request does not prove that it comes from this site's own pages. Reload the page and try again."
        case .signInRequired: "Sign in, or send Authorization: Bearer with a token. garrison token create makes one."
        case .invalidCredentials:
            "The token or session is not valid, or has expired. Sign in again or create another token."
        case .notPermitted(let needed, let role):
            "The role \(role) does not have the permission \(needed). Ask an administrator."
        case .notFound(let noun): "There is no such \(noun)."
        }
    }

    /// The field, parameter or header at fault.
    var field: String? {
        switch self {
        case .duplicateField(let name, _), .invalidField(let name, _), .unknownField(let name, _),
            .missingField(let name),
            .unknownParameter(let name, _), .duplicateParameter(let name), .invalidParameter(let name, _),
            .missingParameter(let name):
            name.isEmpty ? nil : name
        case .malformedCursor: "cursor"
        case .unsupportedMediaType: "Content-Type"
        case .invalidIdempotencyKey, .idempotencyKeyReused, .idempotencyInProgress: "Idempotency-Key"
        case .crossSite: "X-CSRF-Token"
        default: nil
        }
    }

    /// The byte of the body at fault, counted from 0.
    var position: Int? {
        switch self {
        case .malformedJSON(let offset, _), .invalidUTF8(let offset), .tooDeep(let offset),
            .duplicateField(_, let offset):
            offset
        default: nil
        }
    }
}

extension RequestError {
    init(_ error: JSONError) {
        self =
            switch error {
            case .malformed(let offset, let reason): .malformedJSON(offset: offset, reason: reason)
            case .invalidUTF8(let offset): .invalidUTF8(offset: offset)
            case .tooDeep(let offset): .tooDeep(offset: offset)
            case .duplicateField(let name, let offset): .duplicateField(name, offset: offset)
            }
    }

    init(_ violation: SchemaViolation) {
        self =
            switch violation.kind {
            case .missing: .missingField(name: violation.field)
            case .unknown: .unknownField(name: violation.field, message: violation.message)
            case .invalid: .invalidField(name: violation.field, message: violation.message)
            }
    }
}
