"""The demo company's chart of accounts, journals, taxes and currencies (names as in the US chart)."""

ACCOUNTS = (
    ("101401", "Bank", "asset_cash"),
    ("101501", "Cash", "asset_cash"),
    ("121000", "Accounts Receivable", "asset_receivable"),
    ("131000", "Tax Paid", "asset_current"),
    ("153500", "Equipment at Cost", "asset_fixed"),
    ("201100", "Credit Card", "liability_credit_card"),
    ("211000", "Accounts Payable", "liability_payable"),
    ("251000", "Tax Received", "liability_current"),
    ("301000", "Capital", "equity"),
    ("400000", "Product Sales", "income"),
    ("450000", "Other Income", "income_other"),
    ("500000", "Cost of Goods Sold", "expense_direct_cost"),
    ("621000", "Accounting", "expense"),
    ("622000", "Legal", "expense"),
    ("623000", "General Subcontracting", "expense"),
    ("625000", "Dues & Subscriptions", "expense"),
    ("631000", "Office Rent", "expense"),
    ("641000", "Telephone & Internet", "expense"),
    ("642000", "Utilities", "expense"),
    ("650000", "Bank Fees", "expense"),
    ("651000", "Office Maintenance", "expense"),
    ("651500", "Office Supplies", "expense"),
    ("652000", "Postage and Delivery", "expense"),
    ("652100", "Printing and Reproduction", "expense"),
    ("652500", "Equipment and Furniture", "expense"),
    ("653000", "Computers", "expense"),
    ("654000", "Software", "expense"),
    ("655300", "Professional Insurance", "expense"),
    ("656000", "Licenses and Permits", "expense"),
    ("661000", "Ground Transportation", "expense"),
    ("663000", "Airfare", "expense"),
    ("664000", "Hotels", "expense"),
    ("667000", "Fuel", "expense"),
    ("671000", "Meals & Entertainment", "expense"),
    ("673000", "Advertising & Marketing", "expense"),
    ("681000", "Training and Documentation", "expense"),
    ("690000", "Miscellaneous Expenses", "expense"),
    ("703000", "Foreign Exchange Loss", "expense_other"),
)
"""Code, name, Odoo's account type."""

ACCOUNT_TAXES: dict[str, tuple[str, str]] = {}
"""By an account's code: use (`sale`, `purchase`) and percent of the tax that its lines have where none is named. The US
chart has none, a German one has many."""

JOURNALS = (
    ("INV", "Sales", "sale", "400000"),
    ("BILL", "Purchases", "purchase", "690000"),
    ("MISC", "Miscellaneous Operations", "general", ""),
    ("BNK1", "Bank", "bank", "101401"),
    ("CSH1", "Cash", "cash", "101501"),
)
"""Code, name, type, default account."""

TAX_RATES = (
    "0", "2.9", "4", "4.5", "5", "5.5", "5.75", "6", "6.25", "6.5", "6.625", "6.85", "7", "7.25", "8", "8.25",
    "8.875", "9.5", "10", "15", "19", "20",
)  # fmt: skip
"""Percent, for sales and for purchases."""

CURRENCIES = (
    ("USD", "United States dollar", "$", 1.0, True),
    ("EUR", "Euro", "€", 0.92, True),
    ("MYR", "Malaysian ringgit", "RM", 4.45, True),
    ("AUD", "Australian dollar", "$", 1.53, False),
    ("CAD", "Canadian dollar", "$", 1.38, False),
    ("CHF", "Swiss franc", "CHF", 0.88, False),
    ("CNY", "Chinese yuan", "¥", 7.2, False),
    ("GBP", "Pound sterling", "£", 0.78, False),
    ("IDR", "Indonesian rupiah", "Rp", 15900.0, False),
    ("INR", "Indian rupee", "₹", 84.0, False),
    ("JPY", "Japanese yen", "¥", 152.0, False),
    ("MXN", "Mexican peso", "$", 19.8, False),
    ("SGD", "Singapore dollar", "S$", 1.34, False),
)
"""Code, name, symbol, units per US dollar (fixed for the demo), active."""

COUNTRIES = (("US", "United States"), ("DE", "Germany"), ("MY", "Malaysia"), ("GB", "United Kingdom"))
