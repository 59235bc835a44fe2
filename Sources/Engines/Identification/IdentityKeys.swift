/// Brings what sources write to one notation, and leaves out what says nothing.
extension DeviceSighting {
    /// The facts by which the device can be recognised, each once, the strongest first.
    public var keys: [IdentityKey] {
        var keys: [IdentityKey] = []
        func add(_ kind: IdentityKey.Kind, _ value: String?) {
            if let value { keys.append(IdentityKey(kind, value)) }
        }
        add(.hardware, hardwareUUID.flatMap(HardwareValue.uuid))
        add(.directory, directoryID.flatMap(HardwareValue.identifier))
        add(.serial, serial.flatMap(HardwareValue.serial))
        add(.machine, machineID.flatMap(HardwareValue.identifier))
        var seen: Set<String> = []
        for mac in macAddresses.compactMap(HardwareValue.mac) where seen.insert(mac).inserted { add(.interface, mac) }
        let names = fullName
        add(.name, names.full)
        add(.hostname, names.host)
        add(.address, address.flatMap(HardwareValue.address))
        return keys
    }

    /// The name within its domain where one is known, and the bare host name; names that images come with are left out.
    private var fullName: (full: String?, host: String?) {
        guard let text = hostname?.trimmed.lowercased(), !text.isEmpty else { return (nil, nil) }
        let host = text.prefix { $0 != "." }
        guard !host.isEmpty, !HardwareValue.factoryNames.contains(String(host)) else { return (nil, nil) }
        let own = text.dropFirst(host.count + 1)
        let domain = own.isEmpty ? domain.map { $0.trimmed.lowercased()[...] } ?? "" : own
        // A workgroup is no domain: every home computer is in it.
        let counts = !domain.isEmpty && domain != "workgroup" && domain != "local" && domain != "localdomain"
        return (counts ? "\(host).\(domain)" : nil, String(host))
    }
}

extension String {
    /// Without white space at its ends.
    var trimmed: String {
        var text = self[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
