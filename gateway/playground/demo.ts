/** The gateway writes into the page whether its demo accounts are there. */
export const demo = document.querySelector<HTMLMetaElement>('meta[name="metatron-demo"]')?.content === 'yes';
