import ArgumentParser
import Inventories

extension InventoryFormat: ExpressibleByArgument {}
