import Domain

/// What can be wrong with a question about versions.
public enum VersionError: UserFacingError, Hashable {
    /// The version is not one of its scheme.
    case unparsable(version: String, scheme: VersionScheme, reason: String)
    /// The constraint cannot be read.
    case malformedConstraint(String, reason: String)
    /// The text is not a CPE name.
    case malformedCPE(String, reason: String)

    public var code: String {
        switch self {
        case .unparsable: "version.unparsable"
        case .malformedConstraint: "constraint.malformed"
        case .malformedCPE: "cpe.malformed"
        }
    }

    public var message: String {
        switch self {
        case .unparsable(let version, let scheme, let reason):
            "“\(version)” is not a \(scheme.rawValue) version: it \(reason). Check the version and the ecosystem."
        case .malformedConstraint(let constraint, let reason):
            "The constraint “\(constraint)” cannot be read: \(reason)."
        case .malformedCPE(let text, let reason):
            "“\(text)” is not a CPE name: \(reason)."
        }
    }
}
