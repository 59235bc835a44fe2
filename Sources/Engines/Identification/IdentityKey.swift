/// A fact that two sightings of one machine have in common.
public struct IdentityKey: Sendable, Hashable {
    /// What the fact is, the strongest first.
    public enum Kind: UInt8, Sendable, CaseIterable, Comparable {
        case hardware, directory, serial, machine, interface, name, hostname, address

        public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
    }

    public let kind: Kind
    /// In the one notation that all sources' values are brought to.
    public let value: String

    public init(_ kind: Kind, _ value: String) {
        self.kind = kind
        self.value = value
    }
}

extension IdentityKey.Kind {
    /// Whether it is of the machine itself: enough to identify it, where weak ones have to agree with each other.
    public var isStrong: Bool { self <= .interface }

    /// How sure one such agreement makes, 0…1. Two independent ones leave `(1 − a)(1 − b)` of doubt.
    public var weight: Double {
        switch self {
        case .hardware: 0.98
        case .directory: 0.97
        case .serial: 0.95
        case .machine: 0.92
        case .interface: 0.9
        case .name: 0.7
        case .hostname: 0.5
        case .address: 0.4
        }
    }

    /// What a person reads: `the serial number`.
    public var title: String {
        switch self {
        case .hardware: "the hardware UUID"
        case .directory: "the Entra device id"
        case .serial: "the serial number"
        case .machine: "the machine id"
        case .interface: "the MAC address"
        case .name: "the name in its domain"
        case .hostname: "the host name"
        case .address: "the IP address"
        }
    }
}
