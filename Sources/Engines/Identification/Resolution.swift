import Domain

/// What was decided about a sighting, and why.
public struct Resolution: Sendable, Hashable {
    public enum Outcome: Sendable, Hashable {
        /// The source's device was known, and is still the same machine.
        case known(EndpointID)
        /// It is a machine that was known through others.
        case linked(EndpointID)
        /// The evidence shows that machines which were told apart are one; `others` are now part of the first.
        case merged(EndpointID, others: [EndpointID])
        /// Nothing known is this machine.
        case created(EndpointID)
        /// It contradicts what is known: nothing was changed, and a person has to look.
        case quarantined(Collision)
    }

    public let outcome: Outcome
    /// How sure it is that the sighting is of the endpoint, 0…1. A new endpoint is sure of itself.
    public let confidence: Double
    /// What speaks for it and against the alternatives, the strongest first.
    public let evidence: [Evidence]

    public init(outcome: Outcome, confidence: Double = 1, evidence: [Evidence] = []) {
        self.outcome = outcome
        self.confidence = confidence
        self.evidence = evidence
    }

    /// The endpoint that the sighting is of; nil in quarantine.
    public var endpoint: EndpointID? {
        switch outcome {
        case .known(let id), .linked(let id), .merged(let id, _), .created(let id): id
        case .quarantined: nil
        }
    }
}

/// Why a sighting was put aside.
public enum Collision: Sendable, Hashable {
    /// The source's device is another machine now: its hardware is not the endpoint's. An agent's identity that was
    /// copied or stolen looks like this.
    case takeover(of: EndpointID)
    /// It has strong facts in common with several machines that cannot be one.
    case ambiguous([EndpointID])

    /// The endpoints that an alarm names.
    public var endpoints: [EndpointID] {
        switch self {
        case .takeover(let id): [id]
        case .ambiguous(let ids): ids
        }
    }
}

/// One reason, for a person to check.
public struct Evidence: Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        /// Both have the same value.
        case agrees
        /// Both have one, and they differ.
        case differs(from: String)
        /// Two devices that are alive at the same time in one source have the value: one is a copy of the other.
        case copied(by: SourceLink)
        /// The device takes the place of one that its source has not heard of since: re-imaged or enrolled again.
        case succeeds(SourceLink)
        /// Not enough to decide alone; the machines could be one.
        case suggests
    }

    public let kind: Kind
    public let key: IdentityKey
    public let endpoint: EndpointID

    public init(_ kind: Kind, _ key: IdentityKey, endpoint: EndpointID) {
        self.kind = kind
        self.key = key
        self.endpoint = endpoint
    }

    /// As a sentence without the endpoint's name.
    public var sentence: String {
        switch kind {
        case .agrees: "Both have \(key.kind.title) \(key.value)."
        case .differs(let other): "\(capitalised) differs: \(key.value) here, \(other) there."
        case .copied(let link):
            "\(capitalised) \(key.value) is also that of its source’s device \(link.deviceID), which is alive at the same time: one is a copy."
        case .succeeds(let link):
            "It has \(key.kind.title) \(key.value) of its source’s device \(link.deviceID), which has been silent since: the same machine, set up anew."
        case .suggests: "\(capitalised) \(key.value) is the same, which alone is not enough."
        }
    }

    private var capitalised: String { key.kind.title.prefix(1).uppercased() + key.kind.title.dropFirst() }
}
