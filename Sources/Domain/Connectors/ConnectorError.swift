/// Why a vendor's interface gave no answer that can be used. No case holds a secret.
public enum ConnectorError: UserFacingError, Hashable {
    /// No connection came about.
    case unreachable(host: String, reason: String)
    /// Its name leads to where no connection may go.
    case barred(host: String, reason: String)
    /// The connection broke, or what came was not the vendor's.
    case broken(host: String, reason: String)
    /// No complete answer in the time allowed.
    case timedOut(host: String, seconds: Int)
    /// The answer has more bytes than any can have.
    case tooLarge(host: String, limit: Int)
    /// The vendor does not accept who we say we are.
    case credentials(vendor: String, reason: String)
    /// The credentials lack a permission.
    case permission(vendor: String, permission: String, reason: String)
    /// Asked too often, for longer than is worth waiting.
    case throttled(vendor: String, seconds: Int)
    /// The vendor's own failure, after several attempts.
    case unavailable(vendor: String, status: Int, reason: String)
    /// The vendor understood and refused.
    case refused(vendor: String, status: Int, reason: String)
    /// The request was sent and no answer came: whether it took effect cannot be told.
    case uncertain(vendor: String, reason: String)
    /// The vendor's paging tokens expire faster than pages come.
    case cursorsExpire(vendor: String, stream: ConnectorStream, reason: String)
    /// This vendor cannot do that.
    case unsupported(vendor: String, action: String)
    /// A setting of the connector makes no sense.
    case setting(name: String, reason: String)

    /// Whether it tells of one permission or module alone: the rest of the account may work all the same.
    public var concernsOnePart: Bool {
        switch self {
        case .permission, .refused, .unsupported: true
        default: false
        }
    }

    public var code: String {
        switch self {
        case .unreachable: "connector.unreachable"
        case .barred: "connector.barred"
        case .broken: "connector.broken"
        case .timedOut: "connector.timed_out"
        case .tooLarge: "connector.too_large"
        case .credentials: "connector.credentials"
        case .permission: "connector.permission"
        case .throttled: "connector.throttled"
        case .unavailable: "connector.unavailable"
        case .refused: "connector.refused"
        case .uncertain: "connector.uncertain"
        case .cursorsExpire: "connector.cursors_expire"
        case .unsupported: "connector.unsupported"
        case .setting: "connector.setting"
        }
    }

    public var message: String {
        switch self {
        case .unreachable(let host, let reason):
            "\(host) cannot be reached: \(reason). Check the address, the network and the proxy."
        case .barred(let host, let reason):
            "\(host) \(reason)."
        case .broken(let host, let reason):
            "\(host) gave no usable answer: \(reason). The next sync tries again."
        case .timedOut(let host, let seconds):
            "\(host) did not answer completely within \(seconds) s. The next sync goes on from here."
        case .tooLarge(let host, let limit):
            "\(host) answered with more than \(limit / 1_048_576) MiB. Ask for smaller pages."
        case .credentials(let vendor, let reason):
            "\(vendor) does not accept the credentials: \(reason). Enter them again, or make new ones in its console."
        case .permission(let vendor, let permission, let reason):
            "\(vendor) denies access: \(reason). Give the API client the permission “\(permission)” in its console."
        case .throttled(let vendor, let seconds):
            "\(vendor) is asked too often and wants to be left alone for \(seconds) s. The next sync goes on from here."
        case .unavailable(let vendor, let status, let reason):
            "\(vendor) fails with status \(status): \(reason). The next sync goes on from here."
        case .refused(let vendor, let status, let reason):
            "\(vendor) refuses the request with status \(status): \(reason)."
        case .uncertain(let vendor, let reason):
            "Whether \(vendor) took the request cannot be told: \(reason). Look at the device before sending it again."
        case .cursorsExpire(let vendor, let stream, let reason):
            "\(vendor) forgets where a listing of \(stream.rawValue) stands before its next page is asked for "
                + "(\(reason)). Choose smaller pages."
        case .unsupported(let vendor, let action):
            "\(vendor) cannot be asked for “\(action)”."
        case .setting(let name, let reason):
            "The setting \(name) cannot be used: \(reason)."
        }
    }
}
