import Domain
import Glibc

/// The running system's interfaces, from /sys/class/net and getifaddrs(3).
enum NetworkInterfaces {
    static func collect(_ root: ExaminedRoot, notes: inout [CollectionNote]) -> Network {
        guard root.isLive else {
            notes.append(CollectionNote(item: "network", reason: "The system is not running, so it has no addresses."))
            return Network()
        }
        let addresses = InterfaceAddresses.current()
        let listed = (try? root.names(in: "sys/class/net")) ?? []
        if listed.isEmpty {
            notes.append(
                CollectionNote(
                    item: "network", reason: "/sys/class/net cannot be read, so MAC addresses are not known."))
        }
        let names = listed.isEmpty ? addresses.keys.sorted() : listed
        let preferred = defaultRoute(root)
        let interfaces = names.filter { $0 != "lo" }.map { interface($0, addresses[$0] ?? [], root) }
            // A host of containers has hundreds of nameless veths; without an address they say nothing.
            .filter { !$0.isVirtual || !$0.addresses.isEmpty }
            .sorted { ($0.name == preferred ? 0 : 1, $0.name) < ($1.name == preferred ? 0 : 1, $1.name) }
        return Network(interfaces: interfaces)
    }

    private static func interface(_ name: String, _ addresses: [String], _ root: ExaminedRoot) -> Network.Interface {
        Network.Interface(
            name: name, mac: mac(root.line("sys/class/net/\(name)/address")), addresses: addresses,
            isVirtual: isVirtual(name, root))
    }

    private static func mac(_ text: String?) -> String? {
        guard let mac = text?.lowercased(), mac.count == 17, mac.allSatisfy({ $0.isHexDigit || $0 == ":" }),
            mac != "00:00:00:00:00:00", mac != "ff:ff:ff:ff:ff:ff"
        else { return nil }
        return mac
    }

    private static let virtualPrefixes = [
        "veth", "docker", "br-", "virbr", "tun", "tap", "cni", "flannel", "cali", "dummy", "kube", "wg", "ifb",
        "lxc", "lxd", "podman", "vnet", "tailscale", "zt", "nodelocaldns",
    ]

    /// A bond, VLAN or bridge over a real card stands for that card; other interfaces that the kernel
    /// made up are virtual.
    private static func isVirtual(_ name: String, _ root: ExaminedRoot) -> Bool {
        if virtualPrefixes.contains(where: name.hasPrefix) { return true }
        guard isMadeUp(name, root) else { return false }
        let lower = ((try? root.names(in: "sys/class/net/\(name)")) ?? []).filter { $0.hasPrefix("lower_") }
        return !lower.contains { !isMadeUp(String($0.dropFirst("lower_".count)), root) }
    }

    private static func isMadeUp(_ name: String, _ root: ExaminedRoot) -> Bool {
        root.link("sys/class/net/\(name)")?.contains("/devices/virtual/") ?? false
    }

    /// The interface of the IPv4 default route, from proc(5)'s net/route.
    private static func defaultRoute(_ root: ExaminedRoot) -> String? {
        guard let table = try? root.text("proc/net/route") else { return nil }
        for line in table.split(whereSeparator: \.isNewline).dropFirst() {
            let fields = line.split(whereSeparator: \.isWhitespace)
            if fields.count > 1, fields[1] == "00000000" { return String(fields[0]) }
        }
        return nil
    }
}

/// The addresses of each interface, loopback and link-local ones left out, IPv4 first.
enum InterfaceAddresses {
    static func current() -> [String: [String]] {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&list) == 0 else { return [:] }
        defer { freeifaddrs(list) }
        var four: [String: [String]] = [:]
        var six: [String: [String]] = [:]
        var next = list
        while let entry = next?.pointee {
            next = entry.ifa_next
            guard let address = entry.ifa_addr, let raw = entry.ifa_name else { continue }
            let name = String(cString: raw)
            switch Int32(address.pointee.sa_family) {
            case AF_INET: if let text = version4(address) { four[name, default: []].append(text) }
            case AF_INET6: if let text = version6(address) { six[name, default: []].append(text) }
            default: break
            }
        }
        return four.merging(six) { $0 + $1 }
    }

    private static func version4(_ address: UnsafeMutablePointer<sockaddr>) -> String? {
        address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { pointer in
            let host = UInt32(bigEndian: pointer.pointee.sin_addr.s_addr)
            let isLocal = host >> 24 == 127 || host >> 16 == 0xA9FE || host == 0
            return isLocal ? nil : text(AF_INET, &pointer.pointee.sin_addr)
        }
    }

    private static func version6(_ address: UnsafeMutablePointer<sockaddr>) -> String? {
        address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { pointer in
            let bytes = withUnsafeBytes(of: pointer.pointee.sin6_addr) { Array($0) }
            let isLinkLocal = bytes[0] == 0xFE && bytes[1] & 0xC0 == 0x80
            let isLoopback = bytes.dropLast().allSatisfy { $0 == 0 } && bytes[15] <= 1
            return isLinkLocal || isLoopback ? nil : text(AF_INET6, &pointer.pointee.sin6_addr)
        }
    }

    private static func text(_ family: Int32, _ address: UnsafeRawPointer) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard inet_ntop(family, address, &buffer, socklen_t(buffer.count)) != nil else { return nil }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
