import Domain

/// What can go wrong with an object store.
public enum ObjectError: UserFacingError, Equatable {
    /// `OBJECT_STORE_URL`, or a variable that it needs, makes no sense.
    case setting(name: String, reason: String)
    /// Nobody said with which account.
    case noCredentials(store: String, variables: String)
    /// A name that no object may have.
    case key(text: String, reason: String)
    /// No connection comes about.
    case unreachable(host: String, reason: String)
    /// The connection broke each time.
    case broken(host: String, reason: String)
    /// The store asks to be left alone, or has a fault of its own.
    case busy(host: String, status: Int, code: String)
    /// The account or its secret is wrong.
    case unauthenticated(host: String, code: String)
    /// The account's session is over.
    case expired(host: String, code: String)
    /// This machine's clock and the store's differ too much for a signature.
    case clock(host: String)
    /// The account may not do this.
    case forbidden(action: ObjectAction, key: String, permission: String)
    /// The bucket or container is not there.
    case noBucket(place: String)
    /// The bucket lies in another region.
    case elsewhere(place: String, region: String?)
    case notFound(key: String)
    /// `ifAbsent`, and it is there.
    case exists(key: String)
    /// A read that begins behind the last byte.
    case outside(key: String)
    /// The object was replaced, or removed, while it was read.
    case changed(key: String)
    /// What came is not what was written, or what was written is not what came.
    case corrupt(key: String, expected: String, actual: String)
    case tooLarge(limit: Int64)
    /// The store has no such function.
    case unsupported(what: String)
    /// Any other answer.
    case refused(host: String, status: Int, code: String)
    /// The folder, or a file of it, cannot be used.
    case folder(path: String, reason: String)

    public var code: String {
        switch self {
        case .setting: "object_store.setting"
        case .noCredentials: "object_store.no_credentials"
        case .key: "object.key"
        case .unreachable: "object_store.unreachable"
        case .broken: "object_store.broken"
        case .busy: "object_store.busy"
        case .unauthenticated: "object_store.unauthenticated"
        case .expired: "object_store.expired"
        case .clock: "object_store.clock"
        case .forbidden: "object_store.forbidden"
        case .noBucket: "object_store.no_bucket"
        case .elsewhere: "object_store.elsewhere"
        case .notFound: "object.not_found"
        case .exists: "object.exists"
        case .outside: "object.outside"
        case .changed: "object.changed"
        case .corrupt: "object.corrupt"
        case .tooLarge: "object.too_large"
        case .unsupported: "object_store.unsupported"
        case .refused: "object_store.refused"
        case .folder: "object_store.folder"
        }
    }

    public var message: String {
        switch self {
        case .setting(let name, let reason): "\(name) is not usable: \(reason)."
        case .noCredentials(let store, let variables): "No account is named for \(store). Set \(variables)."
        case .key(let text, let reason): "“\(text)” cannot be the name of an object: \(reason)."
        case .unreachable(let host, let reason):
            "The object store \(host) cannot be reached: \(reason). Is the address right, and is a proxy needed?"
        case .broken(let host, let reason): "The connection to the object store \(host) broke each time: \(reason)."
        case .busy(let host, let status, let code):
            "The object store \(host) is busy or has a fault (\(Self.answer(status, code))). Try again later."
        case .unauthenticated(let host, let code):
            "The object store \(host) does not know the account or its secret (\(code)). Correct the credentials."
        case .expired(let host, let code):
            "The credentials for the object store \(host) have expired (\(code)). Renew them and start again."
        case .clock(let host):
            "This machine’s clock differs too much from that of the object store \(host). Set it, best by NTP."
        case .forbidden(let action, let key, let permission):
            "The account may not \(action.rawValue) \(key.isEmpty ? "the store" : key). Give it \(permission)."
        case .noBucket(let place): "There is no \(place). Make it, or correct OBJECT_STORE_URL."
        case .elsewhere(let place, let region):
            "\(place) lies in another region. Set \(region.map { "region=\($0)" } ?? "region=…") in OBJECT_STORE_URL."
        case .notFound(let key): "There is no object \(key)."
        case .exists(let key): "There is an object \(key) already."
        case .outside(let key): "The object \(key) ends before the byte at which reading is to begin."
        case .changed(let key): "The object \(key) was replaced or removed meanwhile. Read it anew."
        case .corrupt(let key, let expected, let actual):
            "The content of \(key) is not what it should be: its checksum is \(actual) instead of \(expected)."
        case .tooLarge(let limit): "The content has more than the \(limit) bytes that are allowed."
        case .unsupported(let what): "This object store cannot \(what)."
        case .refused(let host, let status, let code):
            "The object store \(host) refused (\(Self.answer(status, code)))."
        case .folder(let path, let reason): "\(path) cannot be used: \(reason)."
        }
    }

    private static func answer(_ status: Int, _ code: String) -> String {
        code.isEmpty ? "status \(status)" : "status \(status), \(code)"
    }
}
