/// What a kind of source can be asked to do, and who brings it there.
public struct SourceAbilities: Sendable, Hashable {
    /// How an action reaches its device.
    public enum Delivery: String, Sendable, Codable, CaseIterable {
        /// A worker asks the vendor.
        case sent
        /// The device, or who speaks for it, comes for it.
        case fetched
    }

    public var actions: Set<ActionKind>
    public var delivery: Delivery

    /// A kind with more or less than others, by its id in the registry of connectors or of implicit sources.
    private static let special: [String: SourceAbilities] = [
        "crowdstrike": .init(actions: [.isolate, .release, .scan, .runScript, .setAlertStatus], delivery: .sent),
        "microsoft": .init(actions: Set(ActionKind.allCases), delivery: .sent),
        "agent": .init(actions: [.isolate, .release, .scan], delivery: .fetched),
        "osquery": .init(actions: [], delivery: .fetched),
        "ldap": .init(actions: [], delivery: .sent),
        "entra": .init(actions: [], delivery: .sent),
        "push": .init(actions: [], delivery: .fetched),
        "inventory": .init(actions: [], delivery: .fetched),
        "discovery": .init(actions: [], delivery: .fetched),
    ]

    /// Kinds of accounts that know machines and protect none of them: what only they know is a gap.
    public static let directories = ["entra", "ldap"]

    /// Vendors that are not spoken of can do what most can; where one cannot, it says so when it is asked.
    public static func of(kind: String) -> SourceAbilities {
        special[kind] ?? .init(actions: [.isolate, .release, .scan, .setAlertStatus], delivery: .sent)
    }
}
