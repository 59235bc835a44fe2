import Versions

/// Finds the names under which vulnerability data knows what an application list reports.
///
/// A name alone is a candidate and never an identity: two signals must agree. Signals are the name,
/// the vendor, the signer, the bundle id, the name in a curated registry (Homebrew), and what an
/// extension is for. Holds no state besides its tables: one value serves any number of threads.
public struct SoftwareIdentifier: Sendable {
    let dictionary: ProductDictionary
    let known: KnownSoftware

    public init(dictionary: ProductDictionary) { self.init(dictionary: dictionary, known: .standard) }

    package init(dictionary: ProductDictionary, known: KnownSoftware) {
        self.dictionary = dictionary
        self.known = known
    }

    public func identify(_ description: SoftwareDescription) -> Identification {
        let subject = Subject(description)
        if subject.words.isEmpty { return .candidates([], reason: "There is no name.") }
        let purl = RegistryName.purl(of: description, subject.source)
        if let identity = registered(subject, purl) { return .identified(identity) }
        for form in [subject] + subject.shortened {
            if let identity = curated(form, purl) ?? agreeing(form, purl) { return .identified(identity) }
        }
        if let purl {
            return .identified(
                SoftwareIdentity(
                    cpe: nil, purl: purl, confidence: 1, evidence: ["its registry names it"], keys: [],
                    target: subject.source.target))
        }
        return candidates(subject)
    }

    // The registry's name is one signal; that the table knows its upstream is the other.
    private func registered(_ subject: Subject, _ purl: String?) -> SoftwareIdentity? {
        for name in RegistryName.names(of: subject.description, subject.source) {
            guard let place = known.registered(name) else { continue }
            return subject.identity(
                known[place].keys, purl,
                ["its name in the registry (\(name))", "the registry's upstream in the table of known software"])
        }
        return nil
    }

    /// Of the table: the product for which most signals speak, two at least.
    private func curated(_ subject: Subject, _ purl: String?) -> SoftwareIdentity? {
        guard subject.source.registry == nil else { return nil }
        var places = subject.names.flatMap(known.named)
        if let bundle = subject.description.bundleIdentifier, let place = known.bundled(bundle),
            !places.contains(place)
        {
            places.append(place)
        }
        let judged = places.map { (place: $0, evidence: evidence(subject, $0)) }
        guard let best = judged.max(by: { $0.evidence.count < $1.evidence.count }), best.evidence.count > 1 else {
            return nil
        }
        return subject.identity(known[best.place].keys, purl, best.evidence)
    }

    private func evidence(_ subject: Subject, _ place: Int) -> [String] {
        var evidence: [String] = []
        if subject.names.contains(where: { known.named($0).contains(place) }) {
            evidence.append("the name “\(subject.description.name)”")
        }
        if let bundle = subject.description.bundleIdentifier, known.bundled(bundle) == place {
            evidence.append("the bundle id \(bundle)")
        }
        for (organisation, words) in subject.makers where known.isMaker(organisation, of: place) {
            evidence.append(words)
        }
        return evidence
    }

    /// Of the dictionary: the products of this name whose vendor another signal names.
    private func agreeing(_ subject: Subject, _ purl: String?) -> SoftwareIdentity? {
        var best: (signals: [String], entries: [ProductDictionary.Entry]) = ([], [])
        for entry in entries(of: subject) {
            var signals = ["the name “\(subject.description.name)”"]
            let agreeing = subject.makers.filter { $0.organisation.isVendor(entry.organisation) }
            signals += agreeing.map(\.words)
            if subject.isOwner(entry) {
                signals.append("the bundle id \(subject.description.bundleIdentifier ?? "")")
            }
            // Where somebody else is said to have made it, what it is for says nothing.
            let isDisputed = !subject.makers.isEmpty && agreeing.isEmpty
            if let target = subject.source.target, entry.targets == [target], !isDisputed {
                signals.append("it is for \(target)")
            }
            guard signals.count > 1, signals.count >= best.signals.count else { continue }
            if signals.count > best.signals.count { best = (signals, []) }
            best.entries.append(entry)
        }
        // Two vendors that are equally likely are none.
        guard let vendor = best.entries.first?.organisation.compact,
            best.entries.allSatisfy({ $0.organisation.compact == vendor })
        else { return nil }
        return subject.identity(best.entries.map(\.key), purl, best.signals)
    }

    private func entries(of subject: Subject) -> [ProductDictionary.Entry] {
        var found: [ProductDictionary.Entry] = []
        for (place, words) in subject.nameCandidates.enumerated() {
            for spelling in NameForms.spellings(words) {
                for entry in dictionary[spelling] where subject.mayBe(entry) {
                    // Without its first word a name is only its maker's product.
                    if place > 0, !subject.startsWithMaker(entry.organisation) { continue }
                    if !found.contains(where: { $0.key == entry.key }) { found.append(entry) }
                }
            }
        }
        return found
    }

    private func candidates(_ subject: Subject) -> Identification {
        let forms = [subject] + subject.shortened
        let names = forms.map { entries(of: $0) }.first { !$0.isEmpty }.map { $0.prefix(5) } ?? []
        return candidates(
            subject,
            names.map { ProductName.name(key: $0.key, version: subject.description.version) })
    }

    private func candidates(_ subject: Subject, _ names: [String]) -> Identification {
        if names.isEmpty { return .candidates([], reason: "No product of this name is known.") }
        let missing = subject.makers.isEmpty && subject.owners.isEmpty
        return .candidates(
            names,
            reason: missing
                ? "Only the name speaks for it; a name alone is no identity."
                : "Neither vendor, signer nor bundle id agrees with the vendor of a product of this name.")
    }
}
