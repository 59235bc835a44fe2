import Domain

extension Inventory {
    /// The inventory as JSON (RFC 8259, UTF-8): the same bytes for the same inventory, keys in the
    /// format's order, settings by name, times in RFC 3339 with milliseconds; absent fields left out.
    /// Compact output has no line end in it, so that documents behind each other are NDJSON.
    public func json(pretty: Bool = false) -> [UInt8] {
        var writer = JSONWriter(pretty: pretty)
        writer.object { $0.write(self) }
        return writer.bytes
    }
}

extension JSONWriter {
    fileprivate mutating func write(_ inventory: Inventory) {
        field("schema", inventory.schema)
        field("collected_at", RFC3339.string(inventory.collectedAt))
        field("device_id", inventory.deviceID)
        field("hostname", inventory.hostname)
        field("fqdn", inventory.fqdn)
        key("os")
        object { $0.write(inventory.os) }
        if let kernel = inventory.kernel {
            key("kernel")
            object { $0.write(kernel) }
        }
        key("network")
        object { $0.write(inventory.network) }
        key("packages")
        array { writer in for package in inventory.packages { writer.object { $0.write(package) } } }
        if !inventory.updates.isEmpty {
            key("updates")
            array { writer in for update in inventory.updates { writer.object { $0.write(update) } } }
        }
        key("settings")
        object { writer in
            for (name, value) in inventory.settings.sorted(by: { $0.key < $1.key }) { writer.field(name, value) }
        }
        field("agent_version", inventory.agentVersion)
        key("notes")
        array { writer in for note in inventory.notes { writer.object { $0.write(note) } } }
    }

    private mutating func write(_ os: OperatingSystem) {
        field("type", os.type)
        field("id", os.id)
        field("name", os.name)
        field("version", os.version)
        field("codename", os.codename)
        field("pretty_name", os.prettyName)
        if !os.like.isEmpty {
            key("like")
            array { writer in for id in os.like { writer.value(id) } }
        }
        field("build", os.build)
        field("installation_type", os.installationType)
    }

    private mutating func write(_ kernel: Kernel) {
        field("release", kernel.release)
        field("version", kernel.version)
        field("architecture", kernel.architecture)
    }

    private mutating func write(_ network: Network) {
        key("interfaces")
        array { writer in for interface in network.interfaces { writer.object { $0.write(interface) } } }
    }

    private mutating func write(_ interface: Network.Interface) {
        field("name", interface.name)
        field("mac", interface.mac)
        key("addresses")
        array { writer in for address in interface.addresses { writer.value(address) } }
        key("virtual")
        value(interface.isVirtual)
    }

    private mutating func write(_ package: InstalledPackage) {
        field("type", package.type)
        field("name", package.name)
        field("version", package.version)
        field("architecture", package.architecture)
        field("source", package.source)
        field("source_version", package.sourceVersion)
        field("vendor", package.vendor)
        field("install_date", package.installDate.map(RFC3339.string))
        field("module", package.module)
        field("cpe", package.cpe)
        field("bundle_identifier", package.bundleIdentifier)
        field("signer", package.signer)
    }

    private mutating func write(_ update: InstalledUpdate) {
        field("id", update.id)
        field("install_date", update.installDate.map(RFC3339.string))
    }

    private mutating func write(_ note: CollectionNote) {
        field("item", note.item)
        field("reason", note.reason)
    }
}
