import Versions

/// A description taken apart into its signals.
struct Subject {
    let description: SoftwareDescription
    let source: SoftwareSource
    private(set) var words: [String]
    /// The words without anything between.
    var compact: String { words.joined() }
    /// Who it says it is from, with the words for an explanation.
    let makers: [(organisation: Organisation, words: String)]
    /// Whose the bundle id is.
    let owners: [String]

    init(_ description: SoftwareDescription) {
        self.description = description
        source = SoftwareSource(description.source, platform: description.platform)
        var name = description.name
        // `publisher.extension`; Homebrew's `python@3.12` is python.
        if source.target == "visual_studio_code", let dot = name.firstIndex(of: ".") {
            name = String(name[name.index(after: dot)...])
        }
        words = NameForms.words(name, version: description.version)
        var makers: [(Organisation, String)] = []
        if let vendor = description.vendor, !vendor.isEmpty {
            makers.append((Organisation(vendor), "the vendor “\(vendor)”"))
        }
        if let signer = description.signer, !signer.isEmpty {
            makers.append((Organisation(signer: signer), "the signer “\(signer)”"))
        }
        if source.target == "visual_studio_code", let dot = description.name.firstIndex(of: ".") {
            let publisher = String(description.name[..<dot])
            makers.append((Organisation(publisher), "the publisher “\(publisher)”"))
        }
        self.makers = makers
        owners = description.bundleIdentifier.map { BundleIdentifier($0).owners } ?? []
    }

    /// The same under the shorter forms of its name.
    var shortened: [Subject] {
        NameForms.shortened(words).map { form in
            var subject = self
            subject.words = form
            return subject
        }
    }

    /// What a table may know it by: its name, and with its maker's before it (`teams` of `microsoft`).
    var names: [String] { [compact] + makers.map { $0.organisation.compact + compact } }

    /// Whether an owner of the bundle id is a vendor that speaks for itself. NVD calls vendors that it does not know after
    /// the product (`flow_project`): that the bundle id has the product's name once more is no second signal.
    func isOwner(_ entry: ProductDictionary.Entry) -> Bool {
        guard owners.contains(entry.organisation.compact) else { return false }
        return !(entry.vendor.hasSuffix("_project") && entry.organisation.compact == compact)
    }

    /// The whole name, and the name without its first word.
    var nameCandidates: [ArraySlice<String>] { words.count > 1 ? [words[...], words.dropFirst()] : [words[...]] }

    func startsWithMaker(_ organisation: Organisation) -> Bool {
        words.first.map { Organisation($0).isVendor(organisation) } ?? false
    }

    /// Whether a product is of this kind: a program where a program is described, on this system.
    func mayBe(_ entry: ProductDictionary.Entry) -> Bool {
        if entry.targets.isEmpty { return source.target == nil || source.registry == nil }
        if let target = source.target { return entry.targets.contains(target) }
        return entry.targets.contains { word in
            guard let wanted = SystemFamily(target: word) else { return false }
            return source.family.map { $0 == wanted } ?? true
        }
    }

    func identity(_ keys: [String], _ purl: String?, _ evidence: [String]) -> SoftwareIdentity {
        SoftwareIdentity(
            cpe: keys.first.map { ProductName.name(key: $0, version: description.version) }, purl: purl,
            confidence: SoftwareIdentity.confidence(signals: evidence.count), evidence: evidence, keys: keys,
            target: source.target)
    }
}
