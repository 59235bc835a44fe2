import Domain

/// Why a text is not a CVSS vector. A refused vector gives no score: half a vector is not half a
/// vulnerability.
public enum CVSSError: UserFacingError, Hashable {
    /// Nothing, or nothing but white space.
    case empty
    /// Longer than any vector of any version can be; holds the length in bytes.
    case tooLong(Int)
    /// `CVSS:` followed by a version that does not exist.
    case unknownVersion(String)
    /// A part between slashes that is not `METRIC:VALUE`.
    case malformedMetric(String)
    /// A metric that this version does not have.
    case unknownMetric(String, version: String)
    case unknownValue(String, metric: String, version: String)
    case duplicateMetric(String)
    /// CVSS 4.0 section 7: metrics stand in the order of the specification's table.
    case wrongOrder(String, after: String)
    /// A base metric is absent; all of them are mandatory.
    case missingMetric(String, version: String)

    public var code: String {
        switch self {
        case .empty: "cvss.empty"
        case .tooLong: "cvss.too_long"
        case .unknownVersion: "cvss.unknown_version"
        case .malformedMetric: "cvss.malformed_metric"
        case .unknownMetric: "cvss.unknown_metric"
        case .unknownValue: "cvss.unknown_value"
        case .duplicateMetric: "cvss.duplicate_metric"
        case .wrongOrder: "cvss.wrong_order"
        case .missingMetric: "cvss.missing_metric"
        }
    }

    public var message: String {
        switch self {
        case .empty:
            "The vector is empty; give one such as CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H."
        case .tooLong(let length):
            "The vector is \(length) bytes long, more than any CVSS version allows."
        case .unknownVersion(let version):
            "CVSS version \"\(version)\" is not known; 2.0 (without a prefix), 3.0, 3.1 and 4.0 are."
        case .malformedMetric(let part):
            "\"\(part)\" is not of the form METRIC:VALUE."
        case .unknownMetric(let metric, let version):
            "CVSS \(version) has no metric \"\(metric)\"."
        case .unknownValue(let value, let metric, let version):
            "\"\(value)\" is not a value of \(metric) in CVSS \(version)."
        case .duplicateMetric(let metric):
            "\(metric) is given more than once."
        case .wrongOrder(let metric, let previous):
            "\(metric) stands after \(previous); CVSS 4.0 fixes the order of metrics, and it comes before."
        case .missingMetric(let metric, let version):
            "\(metric) is missing; every base metric of CVSS \(version) is mandatory."
        }
    }
}
