/// Reading rows off the file. The caller has checked that the whole row lies inside the file; the
/// values themselves are not trusted and are checked again where they are used.
protocol IndexRow {
    static var section: IndexSection { get }
    init(at address: UnsafeRawPointer)
}

extension UnsafeRawPointer {
    @inline(__always)
    func read<Value: BitwiseCopyable>(_ offset: Int, as type: Value.Type = Value.self) -> Value {
        loadUnaligned(fromByteOffset: offset, as: type)
    }
}

extension EcosystemRow: IndexRow {
    static var section: IndexSection { .ecosystems }

    init(at address: UnsafeRawPointer) {
        name = address.read(0)
        packageCount = address.read(4)
        entryCount = address.read(8)
        scheme = address.read(12)
    }
}

extension PackageRow: IndexRow {
    static var section: IndexSection { .packages }

    @inline(__always)
    init(at address: UnsafeRawPointer) {
        ecosystem = address.read(0)
        name = address.read(4)
        firstEntry = address.read(8)
        entryCount = address.read(12)
        hash = address.read(16)
        digest = address.read(24)
    }
}

extension EntryRow: IndexRow {
    static var section: IndexSection { .entries }

    @inline(__always)
    init(at address: UnsafeRawPointer) {
        vulnerability = address.read(0)
        advisory = address.read(4)
        introduced = address.read(8)
        fixed = address.read(12)
        lastAffected = address.read(16)
        note = address.read(20)
        urgency = address.read(24)
        state = address.read(28)
        source = address.read(29)
        flags = Flags(rawValue: address.read(30))
    }
}

extension VulnerabilityRow: IndexRow {
    static var section: IndexSection { .vulnerabilities }

    init(at address: UnsafeRawPointer) {
        id = address.read(0)
        title = address.read(4)
        vector = address.read(8)
        exploitedSince = address.read(12)
        dueDate = address.read(16)
        exploitCount = address.read(20)
        tenthsOfScore = address.read(24)
        severity = address.read(26)
        flags = Flags(rawValue: address.read(27))
        probability = address.read(32)
        percentile = address.read(40)
    }
}

extension UpdateRow: IndexRow {
    static var section: IndexSection { .updates }

    init(at address: UnsafeRawPointer) {
        number = address.read(0)
        supersedes = address.read(4)
        builds = address.read(8)
    }
}

extension AdvisoryRow: IndexRow {
    static var section: IndexSection { .advisories }

    init(at address: UnsafeRawPointer) {
        id = address.read(0)
        title = address.read(4)
        published = address.read(8)
        modified = address.read(16)
        source = address.read(24)
        severity = address.read(25)
    }
}
