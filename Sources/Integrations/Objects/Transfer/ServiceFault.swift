import FoundationEssentials
import NIOHTTP1

/// An answer that is no success, in the words of Amazon, Microsoft or Google.
struct ServiceFault: Sendable {
    let status: Int
    /// `NoSuchKey`, `BlobNotFound`; empty where the answer has none.
    let code: String
    /// What else it says. Shown to nobody: it may repeat what was sent.
    let detail: String
    let retryAfter: Double?
    let region: String?

    init(_ answer: ObjectAnswer) {
        status = answer.status
        let text = answer.text
        if let error = XMLElement(text) {
            let inner = error.name == "Error" ? error : error.first("Error")
            code = inner?.first("Code")?.text ?? answer.header("x-ms-error-code") ?? ""
            detail = [inner?.first("Message")?.text, inner?.first("AuthenticationErrorDetail")?.text]
                .compactMap(\.self).joined(separator: " ")
        } else if let error = try? JSONDecoder().decode(GoogleFault.self, from: Data(text.utf8)) {
            code = error.reason
            detail = error.message
        } else {
            code = answer.header("x-ms-error-code") ?? ""
            detail = String(text.prefix(500))
        }
        retryAfter = answer.header("Retry-After").flatMap(Self.seconds)
        region = answer.header("x-amz-bucket-region")
    }

    private static func seconds(_ text: String) -> Double? {
        if let seconds = Double(text) { return seconds >= 0 ? seconds : nil }
        return WireTime.parse(text).map { max(0, $0.timeIntervalSinceNow) }
    }

    /// Whether the same request may succeed a little later.
    var isPassing: Bool {
        switch status {
        case 408, 429, 500, 502, 503, 504: true
        default: Self.passing.contains(code)
        }
    }

    private static let passing: Set<String> = [
        "RequestTimeout", "SlowDown", "OperationAborted", "ConditionalRequestConflict", "ServerBusy",
        "OperationTimedOut",
        // The content is in memory and right: what came was not what was sent.
        "BadDigest", "XAmzContentSHA256Mismatch", "Md5Mismatch", "IncompleteBody",
    ]

    /// What it means for whoever asked.
    func error(for action: ObjectAction, _ key: String, of store: StoreWords) -> ObjectError {
        if isPassing { return .busy(host: store.host, status: status, code: code) }
        if let error = accountError(store) { return error }
        switch code {
        case "NoSuchBucket", "ContainerNotFound", "ContainerBeingDeleted": return .noBucket(place: store.bucket)
        case "NotImplemented", "UnsupportedHeader": return .unsupported(what: "do what was asked (\(code))")
        case "EntityTooLarge", "RequestBodyTooLarge":
            return .refused(host: store.host, status: status, code: "\(code): set a larger part_size")
        case "BlobAlreadyExists": return .exists(key: key)
        case "ConditionNotMet": return .changed(key: key)
        default: break
        }
        switch status {
        case 301, 307, 308: return .elsewhere(place: store.bucket, region: region)
        case 403: return .forbidden(action: action, key: key, permission: store.permission(action))
        case 404 where detail.lowercased().contains("bucket"): return .noBucket(place: store.bucket)
        case 404: return .notFound(key: key)
        case 412: return .changed(key: key)
        case 416: return .outside(key: key)
        case 501: return .unsupported(what: "do what was asked")
        default: return .refused(host: store.host, status: status, code: code)
        }
    }

    private func accountError(_ store: StoreWords) -> ObjectError? {
        switch code {
        case "ExpiredToken", "TokenRefreshRequired", "RequestExpired": return .expired(host: store.host, code: code)
        case "RequestTimeTooSkewed": return .clock(host: store.host)
        case "InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "InvalidSecurity", "AuthFailure",
            "invalid_client", "InvalidAuthenticationInfo":
            return .unauthenticated(host: store.host, code: code)
        case "invalid_grant":
            // A key that was removed, or a time of issue that lies in the future or too far back.
            return .expired(host: store.host, code: code)
        case "AuthenticationFailed":
            let words = detail.lowercased()
            return words.contains("expir") || words.contains("time frame")
                ? .expired(host: store.host, code: code) : .unauthenticated(host: store.host, code: code)
        case "AuthorizationHeaderMalformed", "IllegalLocationConstraintException", "PermanentRedirect":
            return .elsewhere(place: store.bucket, region: region)
        default: return status == 401 ? .unauthenticated(host: store.host, code: code) : nil
        }
    }
}

/// `{"error": {"code": 404, "message": "…", "errors": [{"reason": "notFound"}]}}`, or as a token's issuer answers,
/// `{"error": "invalid_grant", "error_description": "…"}`.
private struct GoogleFault: Decodable {
    let reason: String
    let message: String

    private struct Inner: Decodable {
        struct Cause: Decodable { let reason: String? }
        let message: String?
        let errors: [Cause]?
        let status: String?
    }

    private enum CodingKeys: String, CodingKey {
        case error
        case description = "error_description"
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        if let text = try? values.decode(String.self, forKey: .error) {
            reason = text
            message = try values.decodeIfPresent(String.self, forKey: .description) ?? ""
        } else {
            let inner = try values.decode(Inner.self, forKey: .error)
            reason = inner.errors?.first?.reason ?? inner.status ?? ""
            message = inner.message ?? ""
        }
    }
}

/// How errors name a store.
struct StoreWords: Sendable {
    let host: String
    /// `bucket patches`, `container logs of the account acme`.
    let bucket: String
    let permission: @Sendable (ObjectAction) -> String
}
