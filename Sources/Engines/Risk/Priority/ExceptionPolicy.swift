/// How a tenant grants exceptions.
public struct ExceptionPolicy: Sendable, Hashable, Codable {
    /// The longest that one may last, in days: none is for ever.
    public var maximumDays: Int
    /// Whether somebody other than the requester must approve.
    public var needsApproval: Bool
    /// An exception is listed as ending soon this many days before it ends.
    public var warningDays: Int

    public init(maximumDays: Int = 365, needsApproval: Bool = false, warningDays: Int = 14) {
        self.maximumDays = maximumDays
        self.needsApproval = needsApproval
        self.warningDays = warningDays
    }

    /// In force until a tenant sets its own.
    public static let standard = ExceptionPolicy()

    enum CodingKeys: String, CodingKey {
        case maximumDays = "maximum_days"
        case needsApproval = "needs_approval"
        case warningDays = "warning_days"
    }

    /// What is wrong with it: the field's name and the rule it breaks; nil for a sound one.
    public var defect: (name: String, rule: String)? {
        if !(1...3650).contains(maximumDays) { return ("maximum_days", "must be between 1 and 3650") }
        return (0...365).contains(warningDays) ? nil : ("warning_days", "must be between 0 and 365")
    }
}
